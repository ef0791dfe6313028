/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-enrolment.h"

#include <glib/gi18n.h>
#include <string.h>

#include "atls/stile-error.h"
#include "cli/stile-cli-channel.h"
#include "cli/stile-cli-row.h"
#include "cli/stile-cli.h"
#include "codec/stile-date.h"
#include "codec/stile-est-body.h"
#include "codec/stile-secret.h"

#define BEGIN "-----BEGIN PRIVATE KEY-----\n"
#define END "-----END PRIVATE KEY-----\n"

/**
 * stile_cli_enrolment_get_directory:
 *
 * Returns: (transfer full): where enrolments are kept when nothing else is said
 */
char *
stile_cli_enrolment_get_directory (void)
{
  return g_build_filename (g_get_user_data_dir (), "stile", "identities", NULL);
}

/**
 * stile_cli_enrolment_get_pin:
 *
 * Returns: (transfer full) (nullable): the token's PIN from $STILE_PIN, a secret; a file is named in the URL, with
 *   pin-source (RFC 7512)
 */
GBytes *
stile_cli_enrolment_get_pin (void)
{
  const char *pin = g_getenv ("STILE_PIN");

  return pin != NULL ? stile_secret_bytes_new ((const guint8 *)pin, strlen (pin)) : NULL;
}

/**
 * stile_cli_enrolment_read_subject:
 * @subject: (nullable): "Device 7", or "CN=Device 7,serialNumber=7"
 * @common_name: (out) (transfer full): %NULL when there is none
 * @serial_number: (out) (transfer full): %NULL when there is none
 */
gboolean
stile_cli_enrolment_read_subject (const char *subject,
                                  char **common_name,
                                  char **serial_number,
                                  GError **error)
{
  g_auto (GStrv) parts = subject != NULL ? g_strsplit (subject, ",", -1) : NULL;

  if (subject != NULL && strchr (subject, '=') == NULL)
    {
      *common_name = g_strdup (subject);
      return TRUE;
    }

  for (char **part = parts; part != NULL && *part != NULL; part++)
    {
      const char *text = g_strstrip (*part);

      if (g_ascii_strncasecmp (text, "CN=", strlen ("CN=")) == 0 && *common_name == NULL)
        *common_name = g_strdup (text + strlen ("CN="));
      else if (g_ascii_strncasecmp (text, "serialNumber=", strlen ("serialNumber=")) == 0 &&
               *serial_number == NULL)
        *serial_number = g_strdup (text + strlen ("serialNumber="));
      else
        {
          g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("“%s” is not understood; write a subject as CN=…,serialNumber=…"), text);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * stile_cli_enrolment_make_key_pem:
 * @der: PKCS #8, a secret
 *
 * Returns: (transfer full): the same in PEM (RFC 7468 section 10), a secret
 */
GBytes *
stile_cli_enrolment_make_key_pem (GBytes *der)
{
  g_autoptr (GBytes) body = stile_est_body_encode (der);
  gsize length = g_bytes_get_size (body);
  gsize size = strlen (BEGIN) + length + strlen (END);
  char *text = g_malloc (size);
  GBytes *pem;

  memcpy (text, BEGIN, strlen (BEGIN));
  if (length > 0)
    memcpy (text + strlen (BEGIN), g_bytes_get_data (body, NULL), length);
  memcpy (text + strlen (BEGIN) + length, END, strlen (END));
  pem = stile_secret_bytes_new ((const guint8 *)text, size);
  stile_secret_free (text, size);
  return pem;
}

/**
 * stile_cli_enrolment_set_path:
 * @path: (nullable): from wherever the program was started
 */
void
stile_cli_enrolment_set_path (StileEnrolmentNote *note, const char *key, const char *path)
{
  g_autofree char *absolute = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;

  stile_enrolment_note_set (note, key, absolute);
}

/**
 * stile_cli_enrolment_waiting_cb:
 *
 * Says on standard error that somebody decides.
 */
void
stile_cli_enrolment_waiting_cb (StileEstClient *client, gint64 until, gpointer user_data)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (until);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *time = g_date_time_format (local, "%T");

  g_printerr (_ ("Somebody has to decide; asking again at %s\n"), time);
}

/**
 * stile_cli_enrolment_run:
 * @job: runs to its end
 */
gboolean
stile_cli_enrolment_run (StileEnrolment *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_enrolment_run_async (job, cancellable, stile_cli_channel_await_cb, &result);
  return stile_enrolment_run_finish (job, stile_cli_channel_await (&result), error);
}

/* --- what came of it --- */

/**
 * stile_cli_enrolment_print_chain:
 * @chain: (element-type StileCertificate): a line each
 */
void
stile_cli_enrolment_print_chain (GPtrArray *chain)
{
  for (guint i = 0; i < chain->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (chain, i);
      g_autofree char *until = g_date_time_format (stile_certificate_get_not_after (certificate), "%F");

      g_print (_ ("%s, issued by %s, until %s"), stile_certificate_get_subject (certificate),
               stile_certificate_get_issuer_name (certificate), until);
      g_print ("\n      SHA-256 %s\n", stile_certificate_get_fingerprint (certificate));
    }
}

static void
add_note_value (GVariantBuilder *builder, StileEnrolmentNote *note, const char *key)
{
  g_autofree char *value = stile_enrolment_note_get (note, key);

  if (value != NULL)
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (value));
}

static void
add_date (GVariantBuilder *builder, const char *member, gint64 unix_seconds)
{
  g_variant_builder_add (builder, "{sv}", member,
                         g_variant_new_take_string (stile_date_format (unix_seconds)));
}

/**
 * stile_cli_enrolment_to_variant:
 * @now: Unix seconds
 *
 * Returns: (transfer floating): an a{sv}
 */
GVariant *
stile_cli_enrolment_to_variant (StileEnrolmentNote *note, gint64 now)
{
  static const char *const keys[] = { STILE_ENROLMENT_NOTE_SERVICE, STILE_ENROLMENT_NOTE_LABEL,
                                      STILE_ENROLMENT_NOTE_SUBJECT, STILE_ENROLMENT_NOTE_CERTIFICATE,
                                      STILE_ENROLMENT_NOTE_KEY };
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "name",
                         g_variant_new_take_string (stile_enrolment_note_get_name (note)));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    add_note_value (&builder, note, keys[i]);
  add_date (&builder, "until", stile_enrolment_note_get_until (note));
  add_date (&builder, "renew_from", stile_enrolment_note_get_due (note));
  g_variant_builder_add (&builder, "{sv}", "due",
                         g_variant_new_boolean (stile_enrolment_note_is_due (note, now)));

  return g_variant_builder_end (&builder);
}

/**
 * stile_cli_enrolment_print_json:
 * @certificates: (element-type StileCertificate): in order
 * @checks: (nullable): what was looked at
 * @note: (nullable): where all of it is
 */
void
stile_cli_enrolment_print_json (GPtrArray *certificates, StileChecks *checks, StileEnrolmentNote *note)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantBuilder document = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) printed = NULL;

  for (guint i = 0; i < certificates->len; i++)
    g_variant_builder_add (&list, "v", stile_certificate_to_variant (g_ptr_array_index (certificates, i)));
  g_variant_builder_add (&document, "{sv}", "certificates", g_variant_builder_end (&list));
  if (checks != NULL)
    g_variant_builder_add (&document, "{sv}", "checks", stile_checks_to_variant (checks));
  if (note != NULL)
    g_variant_builder_add (&document, "{sv}", "enrolment",
                           stile_cli_enrolment_to_variant (note, g_get_real_time () / G_USEC_PER_SEC));

  printed = g_variant_ref_sink (g_variant_builder_end (&document));
  stile_cli_print_json (printed);
}

/**
 * stile_cli_enrolment_print:
 * @job: one that is done
 */
void
stile_cli_enrolment_print (StileEnrolment *job, gboolean json)
{
  StileEnrolmentNote *note = stile_enrolment_get_note (job);
  g_autofree char *certificate = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_CERTIFICATE);
  g_autofree char *key = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_KEY);
  g_autofree char *due = stile_date_format (stile_enrolment_note_get_due (note));
  const StileCliRow rows[] = { { _ ("Certificate"), certificate },
                               { _ ("Key"), key },
                               { _ ("Renew from"), due } };

  if (json)
    {
      stile_cli_enrolment_print_json (stile_enrolment_get_chain (job), stile_enrolment_get_checks (job),
                                      note);
      return;
    }

  stile_cli_enrolment_print_chain (stile_enrolment_get_chain (job));
  stile_cli_row_print_all (0, rows, G_N_ELEMENTS (rows));
}

static void
print_attributes_json (StileCsrAttributes *attributes)
{
  g_auto (GStrv) oids = stile_csr_attributes_list (attributes);
  GVariantBuilder document = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) printed = NULL;

  g_variant_builder_add (&document, "{sv}", "attributes", g_variant_new_strv ((const char *const *)oids, -1));
  g_variant_builder_add (&document, "{sv}", "challenge_password",
                         g_variant_new_boolean (stile_csr_attributes_wants_challenge_password (attributes)));
  printed = g_variant_ref_sink (g_variant_builder_end (&document));
  stile_cli_print_json (printed);
}

/**
 * stile_cli_enrolment_print_attributes:
 * @attributes: what a service asks for
 */
void
stile_cli_enrolment_print_attributes (StileCsrAttributes *attributes, gboolean json)
{
  g_auto (GStrv) oids = stile_csr_attributes_list (attributes);

  if (json)
    {
      print_attributes_json (attributes);
      return;
    }

  if (stile_csr_attributes_is_empty (attributes))
    g_print (_ ("The service asks for nothing in particular\n"));
  for (char **oid = oids; *oid != NULL; oid++)
    g_print ("%s\n", *oid);
  if (stile_csr_attributes_wants_challenge_password (attributes))
    g_print (_ ("The request has to be linked with the TLS session\n"));
}
