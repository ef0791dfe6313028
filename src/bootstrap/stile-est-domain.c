/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-domain.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-path.h"

/* The owner's EST server, which a voucher from a cloud registrar names (BRSKI-Cloud section 3.3): over ATLS where it speaks
 * that, else as plain HTTPS.  Either way the pin is the sole anchor. */

typedef struct
{
  StileCarrier *carrier;
  StileClient *client;
  StileCertificate *pin;
  StileChecks *checks;
  char *host;
} Visit;

static void
visit_free (gpointer data)
{
  Visit *self = data;

  g_clear_object (&self->carrier);
  g_clear_object (&self->client);
  g_clear_object (&self->pin);
  g_clear_object (&self->checks);
  g_free (self->host);
  g_free (self);
}

static GPtrArray *
list_pin (StileCertificate *pin)
{
  GPtrArray *anchors = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (anchors, g_object_ref (pin));
  return anchors;
}

/* The name must be right too, unless the pin is the server's own certificate.  Under a CA for a
 * pin every device of the domain has a certificate, so that, as in RFC 7030 section 3.6.1, only a server that is marked
 * as a registrar can do without the name. */
static gboolean
check_name (Visit *self, StileCertificate *leaf, GError **error)
{
  if (stile_certificate_equal (leaf, self->pin) || stile_certificate_matches_host (leaf, self->host))
    return TRUE;
  if ((stile_certificate_is_self_issued (self->pin) || g_hostname_is_ip_address (self->host)) &&
      stile_certificate_path_has_purpose (leaf, STILE_PURPOSE_CMC_RA))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED, _ ("it is not for “%s”"), self->host);
  return FALSE;
}

static gboolean
check_server (Visit *self, GError **error)
{
  GPtrArray *chain = stile_session_get_peer_chain (stile_client_get_session (self->client));
  g_autoptr (GPtrArray) anchors = list_pin (self->pin);
  g_autoptr (GError) reason = NULL;

  if (chain != NULL && chain->len > 0 &&
      stile_certificate_path_verify (chain, anchors, g_get_real_time () / G_USEC_PER_SEC,
                                     STILE_CERTIFICATE_PATH_DEFAULT, NULL, &reason) &&
      check_name (self, g_ptr_array_index (chain, 0), &reason))
    return stile_checks_pass (self->checks, "P23", _ ("“%s” is the owner’s, as the voucher says"),
                              self->host);

  return stile_checks_refuse (
      self->checks, "P23", error, STILE_ERROR_UNTRUSTED,
      _ ("The voucher sends this computer to “%s”, and its certificate is not the owner’s: %s"), self->host,
      reason != NULL ? reason->message : _ ("there is none"));
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean up = stile_client_connect_finish (STILE_CLIENT (object), result, &error);
  Visit *self = g_task_get_task_data (task);

  if (!up && g_error_matches (error, STILE_ERROR, STILE_ERROR_NOT_ATLS))
    {
      /* The carrier verifies plain requests against the pin, name and all. */
      g_error_free (error);
      stile_checks_note (self->checks, "P23",
                         _ ("“%s” speaks no ATLS: plain HTTPS, verified against the pin alone"), self->host);
      g_task_return_pointer (task, stile_channel_new_plain (self->carrier), g_object_unref);
    }
  else if (!up)
    g_task_return_error (task, error);
  else if (!check_server (self, &error))
    {
      stile_client_close_async (self->client, NULL, NULL, NULL);
      g_task_return_error (task, error);
    }
  else
    g_task_return_pointer (task, stile_channel_new_atls (self->client), g_object_unref);
}

static StileCredentials *
make_credentials (const StileEstDomainSettings *settings)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, settings->identity);
  stile_credentials_set_version (credentials, settings->tls_version);
  stile_credentials_set_application_protocols (credentials, protocols);
  stile_credentials_set_provisional (credentials); /* check_server() comes before anything is said */

  return credentials;
}

static StileCarrier *
make_carrier (const StileEstDomainSettings *settings, const char *host, StileCertificate *pin, GError **error)
{
  g_autofree char *url = g_strconcat ("https://", host, NULL);
  g_autoptr (GPtrArray) anchors = list_pin (pin);

  return g_initable_new (settings->carrier_type, NULL, error, "service", url, "proxy", settings->proxy,
                         "anchors", anchors, "identity", settings->identity, NULL);
}

/**
 * stile_est_domain_connect_async:
 * @voucher: judged to be good; has an est-domain
 * @checks: gets P23
 */
void
stile_est_domain_connect_async (const StileEstDomainSettings *settings,
                                StileVoucher *voucher,
                                StileChecks *checks,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (StileCredentials) credentials = make_credentials (settings);
  StileCertificate *pin = stile_voucher_get_pin (voucher);
  Visit *self = g_new0 (Visit, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, stile_est_domain_connect_async);
  g_task_set_task_data (task, self, visit_free);
  self->checks = g_object_ref (checks);
  g_set_object (&self->pin, pin);
  if (pin == NULL)
    g_set_error_literal (&error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
                         _ ("P23: the voucher names an EST server and no certificate to know it by"));
  else
    self->carrier = make_carrier (settings, stile_voucher_get_fields (voucher)->est_domain, pin, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  self->host = g_strdup (stile_carrier_get_host (self->carrier));
  self->client = stile_client_new (self->carrier, credentials, settings->mode);
  stile_client_set_trace (self->client, settings->trace);
  stile_client_connect_async (self->client, cancellable, connected, task);
}

/**
 * stile_est_domain_connect_finish:
 *
 * Returns: (transfer full) (nullable): where the owner's EST is
 */
StileChannel *
stile_est_domain_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
