/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-steps.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-enrol.h"
#include "bootstrap/stile-bootstrap-session.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-installation.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-chain.h"
#include "codec/stile-certificate-path.h"

/* --- service --- */

/* A manufacturer's identity has the device's serial number in it, and without anchors nobody could vouch. */
static StileTrustSource
decide_trust (StileEvidence *self)
{
  StileTrustSource trust = stile_profile_get_trust (self->profile);
  g_autofree char *serial =
      self->identity != NULL
          ? stile_certificate_path_get_device_serial (stile_identity_get_certificate (self->identity))
          : NULL;

  if (trust != STILE_TRUST_AUTO)
    return trust;

  return serial != NULL && self->anchors != NULL ? STILE_TRUST_VOUCHER : STILE_TRUST_SERVICE;
}

static gboolean
check_trust (StileEvidence *self, GError **error)
{
  if (self->trust == STILE_TRUST_SERVICE || (self->identity != NULL && self->anchors != NULL))
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       self->identity == NULL
                           ? _ ("A voucher is for a device: name the certificate and the key that the "
                                "manufacturer gave this one")
                           : _ ("A voucher is signed by the manufacturer: name the file with its CA"));
  return FALSE;
}

static gboolean
open_service (StileEvidence *self, GError **error)
{
  GError *local = NULL;

  if (stile_profile_get_service (self->profile) == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The service’s address is missing"));
      return FALSE;
    }

  self->anchors = stile_profile_load_anchors (self->profile, &local);
  if (local == NULL)
    self->identity = stile_profile_load_identity (self->profile, &local);
  if (local == NULL)
    self->carrier = g_initable_new (self->carrier_type, NULL, &local, "service",
                                    stile_profile_get_service (self->profile), "proxy",
                                    stile_profile_get_proxy (self->profile), NULL);
  if (local == NULL)
    {
      self->trust = decide_trust (self);
      return check_trust (self, error);
    }

  g_propagate_error (error, local);
  return FALSE;
}

static void
begin_service (GTask *task)
{
  GError *error = NULL;

  if (open_service (g_task_get_task_data (task), &error))
    stile_bootstrap_step_complete (task);
  else
    stile_bootstrap_step_fail (task, error);
}

/* --- path --- */

/* Redirects and refusals come from somebody in between; other pages may be the service's own, and flights will tell. */
static gboolean
is_blocked (StileObservation *path)
{
  guint status = stile_observation_get_status (path);

  return stile_observation_get_page (path) != NULL &&
         (status / 100 == 3 || status == 403 || status == 407 || status == 451 || status == 511);
}

static void
note_path (StileBootstrap *job, StileEvidence *self)
{
  g_autofree char *sentence = stile_bootstrap_words_describe_path (job);

  stile_trace_note (self->trace, STILE_TRACE_TRANSPORT, stile_observation_to_variant (self->path), "%s",
                    sentence);
}

static void
path_inspected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileObservation *path = stile_carrier_inspect_finish (STILE_CARRIER (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);

  if (path == NULL)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }
  if (is_blocked (path))
    {
      g_set_error (&error, STILE_ERROR, STILE_ERROR_NOT_ATLS,
                   _ ("Something answered instead of the service: %u, with a page that says “%s”"),
                   stile_observation_get_status (path), stile_observation_get_page (path));
      g_object_unref (path);
      stile_bootstrap_step_fail (task, error);
      return;
    }

  self->path = path;
  note_path (g_task_get_source_object (task), self);
  stile_bootstrap_step_complete (task);
}

static void
begin_path (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);

  stile_carrier_inspect_async (self->carrier, NULL, g_task_get_cancellable (task), path_inspected, task);
}

/* --- roots --- */

/* Takes over @task. */
static void
take_roots (GTask *task, StileHttpMessage *response)
{
  StileEvidence *self = g_task_get_task_data (task);
  GPtrArray *chain = stile_observation_get_chain (self->path);
  GError *error = NULL;

  self->roots = stile_est_client_read_roots (response, &error);
  if (self->roots == NULL)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }

  if (chain != NULL)
    self->inspecting_root = stile_certificate_chain_find_anchor (chain, self->roots);
  stile_bootstrap_step_complete (task);
}

static void
roots_answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_channel_request_finish (STILE_CHANNEL (object), result, &error);

  if (response == NULL)
    stile_bootstrap_step_fail (task, error);
  else
    take_roots (task, response);
}

static void
begin_roots (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (StileHttpMessage) request = stile_est_client_ask_roots (stile_channel_get_host (self->channel));

  stile_channel_request_async (self->channel, request, g_task_get_cancellable (task), roots_answered, task);
}

/* --- install --- */

static void
installed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) results = stile_installation_finish (result, &error);

  StileEvidence *self = g_task_get_task_data (task);

  g_clear_pointer (&self->installation, g_ptr_array_unref);
  self->installation = results != NULL ? g_ptr_array_ref (results) : NULL;
  if (results != NULL && stile_installation_result_check (results, &error))
    stile_bootstrap_step_complete (task);
  else
    stile_bootstrap_step_fail (task, error);
}

/* Takes over @task. */
static void
fail_without_store (GTask *task)
{
  stile_bootstrap_step_fail (
      task, g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                 _ ("No place was chosen where the roots shall be trusted")));
}

/* Noted before it is done: what was cancelled half way can be taken back too. */
static void
note_installed (StileEvidence *self)
{
  if (self->installed == NULL)
    self->installed = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->roots->len; i++)
    g_ptr_array_add (self->installed, g_object_ref (g_ptr_array_index (self->roots, i)));
}

/* From which service and which voucher, for the record. */
static StileTrustOrigin
describe_origin (StileEvidence *self)
{
  StileTrustOrigin origin = { .service = stile_profile_get_service (self->profile) };
  const StileJudgement *judgement = self->pledge != NULL ? stile_pledge_get_judgement (self->pledge) : NULL;
  StileCertificate *pin =
      judgement != NULL && judgement->voucher != NULL ? stile_voucher_get_pin (judgement->voucher) : NULL;

  if (judgement == NULL || judgement->voucher == NULL)
    return origin;

  origin.serial = stile_voucher_get_fields (judgement->voucher)->serial_number;
  origin.signer = judgement->signer != NULL ? stile_certificate_get_subject (judgement->signer) : NULL;
  origin.domain = pin != NULL ? stile_certificate_get_subject (pin) : NULL;
  return origin;
}

static void
begin_install (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) stores = stile_installation_list_stores (self->stores, TRUE);
  const StileTrustOrigin origin = describe_origin (self);

  if (stores->len == 0)
    {
      fail_without_store (task);
      return;
    }

  note_installed (self);
  stile_installation_install_async (stores, self->roots, self->record, &origin, g_task_get_cancellable (task),
                                    installed, task);
}

/* --- done: the connection that failed before --- */

static void
verified (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileObservation *seen = stile_carrier_inspect_finish (STILE_CARRIER (object), result, &error);
  StileEvidence *self = g_task_get_task_data (task);
  g_autofree char *reason = NULL;

  if (seen == NULL)
    {
      stile_bootstrap_step_fail (task, error);
      return;
    }

  reason = stile_observation_describe_errors (seen);
  if (reason != NULL)
    {
      error = g_error_new (STILE_ERROR, STILE_ERROR_UNTRUSTED,
                           _ ("The certificate that this computer is shown still does not hold: %s"), reason);
      g_object_unref (seen);
      stile_bootstrap_step_fail (task, error);
      return;
    }

  self->verification = seen;
  stile_bootstrap_step_complete (task);
}

/* A database is no file that a connection could be made with: then the roots themselves are used, and what programs make
 * of the database was asked when it was written. */
static const char *
find_bundle (StileEvidence *self, GPtrArray *stores, GError **error)
{
  g_autofree char *pem = NULL;
  int file;

  for (guint i = 0; i < stores->len; i++)
    {
      const char *bundle = stile_trust_store_get_bundle (g_ptr_array_index (stores, i));

      if (bundle != NULL)
        return bundle;
    }

  g_clear_pointer (&self->bundle, g_free);
  file = g_file_open_tmp ("stile-XXXXXX.pem", &self->bundle, error);
  if (file < 0)
    return NULL;

  close (file);
  pem = stile_certificate_bundle_to_pem (self->roots);
  return g_file_set_contents (self->bundle, pem, -1, error) ? self->bundle : NULL;
}

static void
begin_done (GTask *task)
{
  StileEvidence *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) stores = stile_installation_list_stores (self->stores, TRUE);
  const char *bundle;
  GError *error = NULL;

  if (stores->len == 0)
    {
      fail_without_store (task);
      return;
    }

  bundle = find_bundle (self, stores, &error);
  if (bundle == NULL)
    {
      stile_error_convert (&error, STILE_ERROR_FAILED);
      stile_bootstrap_step_fail (task, error);
      return;
    }

  stile_carrier_inspect_async (self->carrier, bundle, g_task_get_cancellable (task), verified, task);
}

typedef void (*StepFunc) (GTask *task);

static const StepFunc begin[STILE_BOOTSTRAP_N_STEPS] = {
  [STILE_BOOTSTRAP_SERVICE] = begin_service,
  [STILE_BOOTSTRAP_PATH] = begin_path,
  [STILE_BOOTSTRAP_SESSION] = stile_bootstrap_session_begin,
  [STILE_BOOTSTRAP_VOUCHER] = stile_bootstrap_session_begin_voucher,
  [STILE_BOOTSTRAP_ROOTS] = begin_roots,
  [STILE_BOOTSTRAP_INSTALL] = begin_install,
  [STILE_BOOTSTRAP_ENROL] = stile_bootstrap_enrol_begin,
  [STILE_BOOTSTRAP_DONE] = begin_done,
};

/**
 * stile_bootstrap_steps_run_async:
 * @job: owns @evidence
 * @evidence: what the steps before have found; gets what this one finds
 * @step: which one
 *
 * For StileBootstrap: runs one step, which knows nothing of the others.
 */
void
stile_bootstrap_steps_run_async (StileBootstrap *job,
                                 StileEvidence *evidence,
                                 StileBootstrapStep step,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (job, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_bootstrap_steps_run_async);
  g_task_set_task_data (task, evidence, NULL);
  begin[step](task);
}

/**
 * stile_bootstrap_steps_run_finish:
 *
 * Returns: %STILE_BOOTSTRAP_COMPLETE or %STILE_BOOTSTRAP_SKIPPED, or %STILE_BOOTSTRAP_FAILED with an error
 */
StileBootstrapState
stile_bootstrap_steps_run_finish (GAsyncResult *result, GError **error)
{
  gssize state = g_task_propagate_int (G_TASK (result), error);

  return state >= 0 ? (StileBootstrapState)state : STILE_BOOTSTRAP_FAILED;
}
