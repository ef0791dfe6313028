/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-enrol.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pem-file.h"
#include "bootstrap/stile-status-report.h"
#include "bootstrap/stile-voucher-answer.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"

/* The step "Enrol": a certificate of the domain for this computer (RFC 8995 section 5.9), and word to the registrar of how
 * it went: over a new session with the new certificate when it went well, over the one that failed when it did not
 * (section 5.9.4, BOOTSTRAP P18 and P19). */

static gboolean
is_wanted (StileEvidence *self)
{
  switch (stile_profile_get_enrol (self->profile))
    {
    case STILE_ENROL_ALWAYS:
      return TRUE;
    case STILE_ENROL_NEVER:
      return FALSE;
    case STILE_ENROL_AUTO:
    default:
      return self->trust != STILE_TRUST_SERVICE;
    }
}

/* --- telling the registrar --- */

static StileHttpMessage *
make_report (StileChannel *channel, const GError *problem)
{
  g_autoptr (StileStatusReport) report =
      stile_status_report_new (problem == NULL, problem != NULL ? problem->message : NULL, NULL);
  g_autoptr (GBytes) content = stile_status_report_to_json (report);
  StileHttpMessage *request = stile_http_message_new_request (
      "POST", "https", stile_channel_get_host (channel), STILE_VOUCHER_ANSWER_ENROL_STATUS_PATH);

  stile_http_message_set_content (request, "application/json", content);
  return request;
}

/* What it answers changes nothing: a plain EST server does not know the path, and answers 404. */
static void
told (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_channel_request_finish (STILE_CHANNEL (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (response != NULL)
    stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL, _ ("The registrar was told; it answered %u"),
                      stile_http_message_get_status (response));
  else
    stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL, _ ("The registrar could not be told: %s"),
                      error->message);

  if (stile_error_is_cancelled (error))
    stile_bootstrap_step_fail (task, g_steal_pointer (&error));
  else
    stile_bootstrap_step_complete (task);
}

static void
told_failure (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (StileHttpMessage) response = stile_channel_request_finish (STILE_CHANNEL (object), result, NULL);
  GError *problem = g_object_steal_data (G_OBJECT (task), "stile-problem");

  stile_bootstrap_step_fail (task, problem);
}

/* Takes over @task and @problem. */
static void
tell_failure (GTask *task, GError *problem)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (StileHttpMessage) request = NULL;

  if (stile_error_is_cancelled (problem) || self->pledge == NULL)
    {
      stile_bootstrap_step_fail (task, problem);
      return;
    }

  request = make_report (self->channel, problem);
  g_object_set_data (G_OBJECT (task), "stile-problem", problem);
  stile_channel_request_async (self->channel, request, g_task_get_cancellable (task), told_failure, task);
}

/* --- the new session, with the new certificate --- */

static void
reconnected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  StileClient *client = STILE_CLIENT (object);
  gboolean up = stile_client_connect_finish (client, result, &error);
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (StileHttpMessage) request = NULL;

  if (!up && stile_error_is_cancelled (error))
    {
      stile_bootstrap_step_fail (task, g_steal_pointer (&error));
      return;
    }
  if (!up)
    {
      /* The certificate is here and good; only nobody could be shown it. */
      stile_trace_note (self->trace, STILE_TRACE_PROBLEM, NULL,
                        _ ("P19: the new certificate could not be shown to the registrar: %s"),
                        error->message);
      stile_bootstrap_step_complete (task);
      return;
    }

  channel = stile_channel_new_atls (client);
  request = make_report (channel, NULL);
  stile_channel_request_async (channel, request, g_task_get_cancellable (task), told, task);
}

/* BOOTSTRAP P17: whoever answers now must show the very certificate that the voucher vouched for. */
static StileCredentials *
make_credentials (StileEvidence *self, StileIdentity *identity)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  GPtrArray *chain = stile_session_get_peer_chain (stile_client_get_session (self->client));

  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_version (credentials, stile_profile_get_tls_version (self->profile));
  stile_credentials_set_application_protocols (credentials, protocols);
  stile_credentials_set_pinned (credentials, g_ptr_array_index (chain, 0));

  return credentials;
}

static StileIdentity *
load_new_identity (StileEvidence *self, GError **error)
{
  StileEnrolmentNote *note = stile_enrolment_get_note (self->enrolment);
  g_autofree char *certificate = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_CERTIFICATE);
  g_autofree char *key = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_KEY);

  return stile_identity_load (certificate, key, error);
}

/* Where the certificate came from: the registrar, or the EST server that a cloud registrar's voucher named. */
static char *
get_service (StileEvidence *self)
{
  char *service = NULL;

  if (self->client == NULL)
    return g_strdup (stile_profile_get_service (self->profile));

  g_object_get (stile_client_get_carrier (self->client), "service", &service, NULL);
  return service;
}

/* Takes over @task. */
static void
show_certificate (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = load_new_identity (self, &error);
  g_autofree char *service = get_service (self);
  g_autoptr (StileCarrier) carrier = NULL;
  g_autoptr (StileCredentials) credentials = NULL;
  g_autoptr (StileClient) client = NULL;

  if (identity != NULL)
    carrier = g_initable_new (self->carrier_type, NULL, &error, "service", service, "proxy",
                              stile_profile_get_proxy (self->profile), NULL);
  if (carrier == NULL)
    {
      stile_bootstrap_step_fail (task, g_steal_pointer (&error));
      return;
    }

  credentials = make_credentials (self, identity);
  client = stile_client_new (carrier, credentials, stile_profile_get_mode (self->profile));
  stile_client_set_trace (client, self->trace);
  stile_client_connect_async (client, g_task_get_cancellable (task), reconnected, task);
}

/* --- enrolling --- */

static void
enrolled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  gboolean done = stile_enrolment_run_finish (STILE_ENROLMENT (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (!done)
    tell_failure (task, error);
  else if (self->pledge != NULL && self->client != NULL)
    show_certificate (task);
  else
    stile_bootstrap_step_complete (task);
}

static char *
get_directory (StileEvidence *self)
{
  return g_build_filename (self->data_directory != NULL ? self->data_directory : g_get_user_data_dir (),
                           "stile", "identities", NULL);
}

/* Whom a renewal believes, which has no voucher: the domain's roots, in a file beside the identities.  A service that was
 * believed without a voucher is believed for the same reason again. */
static char *
keep_anchors (StileEvidence *self, GError **error)
{
  const char *anchors = stile_profile_get_anchors (self->profile);
  g_autofree char *directory = get_directory (self);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *pem = NULL;

  if (self->trust == STILE_TRUST_SERVICE)
    return anchors != NULL ? g_canonicalize_filename (anchors, NULL) : g_strdup ("");

  name = g_strdup_printf ("domain-%.16s.pem",
                          stile_certificate_get_fingerprint (g_ptr_array_index (self->roots, 0)));
  path = g_build_filename (directory, name, NULL);
  pem = stile_certificate_bundle_to_pem (self->roots);
  return stile_pem_file_write (path, pem, STILE_PEM_FILE_OWN, error) ? g_steal_pointer (&path) : NULL;
}

static gboolean
fill_note (StileEvidence *self, GError **error)
{
  StileEnrolmentNote *note = stile_enrolment_get_note (self->enrolment);
  g_autofree char *service = get_service (self);
  g_autofree char *anchors = keep_anchors (self, error);

  if (anchors == NULL)
    return FALSE;

  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_SERVICE, service);
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_ANCHORS, *anchors != '\0' ? anchors : NULL);
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_PROXY, stile_profile_get_proxy (self->profile));
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_TRANSPORT,
                            stile_channel_get_client (self->channel) != NULL ? "atls" : "https");
  return TRUE;
}

static StileEnrolment *
make_enrolment (StileEvidence *self)
{
  g_autofree char *directory = get_directory (self);
  const StileEnrolmentSettings settings = {
    .directory = directory,
    .key = stile_profile_get_new_key (self->profile),
    .kind = STILE_ENROLMENT_KEY_P256,
    .like = self->identity != NULL ? stile_identity_get_certificate (self->identity) : NULL,
    .common_name = self->identity == NULL ? g_get_host_name () : NULL,
    .roots = self->roots,
  };
  g_autoptr (StileEstClient) client = stile_est_client_new (self->channel);

  return stile_enrolment_new (client, &settings);
}

/**
 * stile_bootstrap_enrol_begin:
 * @task: (transfer full): the step "Enrol"
 */
void
stile_bootstrap_enrol_begin (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!is_wanted (self))
    {
      stile_bootstrap_step_skip (task);
      return;
    }

  g_clear_object (&self->enrolment);
  self->enrolment = make_enrolment (self);
  if (!fill_note (self, &error))
    {
      tell_failure (task, error);
      return;
    }

  stile_enrolment_run_async (self->enrolment, g_task_get_cancellable (task), enrolled, task);
}
