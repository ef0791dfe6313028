/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-agent.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-agent-clock.h"
#include "bootstrap/stile-agent-judge.h"
#include "bootstrap/stile-agent-request.h"
#include "bootstrap/stile-prm-trigger.h"
#include "codec/stile-certificate-path.h"

/**
 * StileRegistrarAgent:
 *
 * A laptop that goes between devices and their registrar (BRSKI-PRM): it triggers, carries and brings back, and changes nothing
 * of what it carries.  It does one step with one device at a time, of many at once; what comes of a step is the caller's to
 * write down before the next.
 */
struct _StileRegistrarAgent
{
  GObject parent_instance;

  StileIdentity *identity;
  char *id;
  StileCarrier *registrar; /* or NULL */
  GType carrier_type;
  StileCertificate *registrar_certificate; /* or NULL until it was met */
  GPtrArray *manufacturers;                /* of StileCertificate; or NULL */
  GBytes *roots;                           /* what it gave when it was met; or NULL */
};

G_DEFINE_FINAL_TYPE (StileRegistrarAgent, stile_registrar_agent, G_TYPE_OBJECT)

static void
stile_registrar_agent_finalize (GObject *object)
{
  StileRegistrarAgent *self = STILE_REGISTRAR_AGENT (object);

  g_clear_object (&self->identity);
  g_free (self->id);
  g_clear_object (&self->registrar);
  g_clear_object (&self->registrar_certificate);
  g_clear_pointer (&self->manufacturers, g_ptr_array_unref);
  g_clear_pointer (&self->roots, g_bytes_unref);

  G_OBJECT_CLASS (stile_registrar_agent_parent_class)->finalize (object);
}

static void
stile_registrar_agent_class_init (StileRegistrarAgentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_agent_finalize;
}

static void
stile_registrar_agent_init (StileRegistrarAgent *self)
{
}

/* Devices and registrar find it by its key id (BRSKI-PRM section 6.1). */
static gboolean
check_identity (StileIdentity *identity, GError **error)
{
  StileCertificate *own = stile_identity_get_certificate (identity);
  g_autoptr (GBytes) key_id = stile_certificate_path_get_subject_key_id (own);

  if (key_id != NULL)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("“%s” is no certificate for an agent: it lacks a subject key identifier"),
               stile_certificate_get_name (own));
  return FALSE;
}

/**
 * stile_registrar_agent_new:
 *
 * Returns: (transfer full): an agent; %STILE_ERROR_SETTINGS for a certificate that does not do
 */
StileRegistrarAgent *
stile_registrar_agent_new (const StileRegistrarAgentSettings *settings, GError **error)
{
  StileRegistrarAgent *self;

  if (!check_identity (settings->identity, error))
    return NULL;

  self = g_object_new (STILE_TYPE_REGISTRAR_AGENT, NULL);
  self->identity = g_object_ref (settings->identity);
  self->id = g_compute_checksum_for_bytes (
      G_CHECKSUM_SHA256, stile_certificate_get_der (stile_identity_get_certificate (settings->identity)));
  self->carrier_type = settings->carrier_type;
  g_set_object (&self->registrar, settings->registrar);
  g_set_object (&self->registrar_certificate, settings->registrar_certificate);
  if (settings->manufacturers != NULL)
    self->manufacturers = g_ptr_array_ref (settings->manufacturers);
  return self;
}

/**
 * stile_registrar_agent_get_id:
 *
 * Returns: (transfer none): SHA-256 in hex of its certificate: what it collects is good for as long as that is
 */
const char *
stile_registrar_agent_get_id (StileRegistrarAgent *self)
{
  return self->id;
}

/**
 * stile_registrar_agent_get_certificate:
 *
 * Returns: (transfer none): its own
 */
StileCertificate *
stile_registrar_agent_get_certificate (StileRegistrarAgent *self)
{
  return stile_identity_get_certificate (self->identity);
}

/**
 * stile_registrar_agent_get_registrar:
 *
 * Returns: (transfer none) (nullable): the certificate of the registrar that devices are told of (BOOTSTRAP A2)
 */
StileCertificate *
stile_registrar_agent_get_registrar (StileRegistrarAgent *self)
{
  return self->registrar_certificate;
}

/**
 * stile_registrar_agent_set_registrar:
 * @certificate: what the registrar showed when it was met before
 */
void
stile_registrar_agent_set_registrar (StileRegistrarAgent *self, StileCertificate *certificate)
{
  g_set_object (&self->registrar_certificate, certificate);
}

/**
 * stile_registrar_agent_reaches_registrar:
 *
 * Returns: whether there is one to be asked; else there is work on site alone
 */
gboolean
stile_registrar_agent_reaches_registrar (StileRegistrarAgent *self)
{
  return self->registrar != NULL;
}

/* --- one exchange --- */

typedef struct
{
  const StilePrmDossier *dossier; /* NULL: the registrar is met */
  StilePrmStep step;
  StileCarrier *carrier;
  StileAgentAnswer *answer;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_object (&work->carrier);
  g_clear_pointer (&work->answer, stile_agent_answer_free);
  g_free (work);
}

static Work *
work_new (const StilePrmDossier *dossier, StilePrmStep step)
{
  Work *work = g_new0 (Work, 1);

  work->dossier = dossier;
  work->step = step;
  work->answer = g_new0 (StileAgentAnswer, 1);
  work->answer->checks = stile_checks_new ();
  return work;
}

static gboolean
judge (StileRegistrarAgent *self, Work *work, GError **error)
{
  return work->answer->outcome != STILE_AGENT_DONE ||
         stile_agent_judge_artefact (work->dossier, work->step, work->answer->artefact, self->manufacturers,
                                     work->answer->checks, error);
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_carrier_request_finish (STILE_CARRIER (object), result, &error);
  Work *work = g_task_get_task_data (task);

  if (response != NULL && stile_agent_request_read (work->step, response, work->answer, &error) &&
      judge (g_task_get_source_object (task), work, &error))
    {
      g_task_return_pointer (task, g_steal_pointer (&work->answer), (GDestroyNotify)stile_agent_answer_free);
      return;
    }

  g_prefix_error (&error, "%s: ", stile_prm_step_get_doing (work->step));
  g_task_return_error (task, error);
}

/* Takes over @task. */
static void
ask (GTask *task, GBytes *content)
{
  Work *work = g_task_get_task_data (task);
  g_autoptr (StileHttpMessage) request =
      stile_agent_request_make (work->step, stile_carrier_get_host (work->carrier), content);

  stile_carrier_request_async (work->carrier, request, g_task_get_cancellable (task), answered, task);
}

/* --- meeting the registrar --- */

static void
met (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StileRegistrarAgent *self = STILE_REGISTRAR_AGENT (object);
  GError *error = NULL;
  g_autoptr (StileAgentAnswer) answer = stile_registrar_agent_step_finish (self, result, &error);
  StileCertificate *shown;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (answer->outcome != STILE_AGENT_DONE)
    {
      g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_RETRY,
                               _ ("The registrar is not able to answer now; try again later"));
      return;
    }

  g_clear_pointer (&self->roots, g_bytes_unref);
  self->roots = g_bytes_ref (answer->artefact);
  shown = stile_carrier_get_peer_certificate (self->registrar);
  if (self->registrar_certificate == NULL && shown != NULL)
    self->registrar_certificate = g_object_ref (shown);
  g_task_return_boolean (task, TRUE);
}

/**
 * stile_registrar_agent_meet_async:
 *
 * Asks the registrar for the CA certificates, and so learns whether it is there, takes this agent, and which certificate it
 * shows.
 */
void
stile_registrar_agent_meet_async (StileRegistrarAgent *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GTask *inner = g_task_new (self, cancellable, met, task);
  Work *work = work_new (NULL, STILE_PRM_STEP_ROOTS_REQUEST);

  g_return_if_fail (self->registrar != NULL);

  g_task_set_source_tag (task, stile_registrar_agent_meet_async);
  g_task_set_source_tag (inner, stile_registrar_agent_meet_async);
  g_task_set_task_data (inner, work, work_free);
  work->carrier = g_object_ref (self->registrar);
  ask (inner, NULL);
}

/**
 * stile_registrar_agent_meet_finish:
 *
 * Returns: whether the registrar was met
 */
gboolean
stile_registrar_agent_meet_finish (StileRegistrarAgent *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- a step with a device --- */

static GBytes *
make_trigger (StileRegistrarAgent *self, const StilePrmDossier *dossier, StileChecks *checks, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (self->registrar_certificate == NULL)
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("A2: Which registrar the devices are to be told of is not known: meet it once while "
             "there is a network, or name its certificate"));
      return NULL;
    }
  if (!stile_agent_clock_check (stile_identity_get_certificate (self->identity), now, checks, error))
    return NULL;

  return stile_prm_trigger_make (self->identity, self->registrar_certificate, dossier->serial, now, error);
}

/* What a step carries is what an earlier one brought, untouched. */
static GBytes *
make_content (StileRegistrarAgent *self, Work *work, GError **error)
{
  const StilePrmDossier *dossier = work->dossier;
  StilePrmStep step = work->step;
  static const StilePrmStep sources[] = {
    [STILE_PRM_STEP_VOUCHER_REQUEST] = STILE_PRM_STEP_VOUCHER_TRIGGER,
    [STILE_PRM_STEP_ENROL_REQUEST] = STILE_PRM_STEP_ENROL_TRIGGER,
    [STILE_PRM_STEP_VOUCHER] = STILE_PRM_STEP_VOUCHER_REQUEST,
    [STILE_PRM_STEP_ROOTS] = STILE_PRM_STEP_ROOTS_REQUEST,
    [STILE_PRM_STEP_CERTIFICATE] = STILE_PRM_STEP_ENROL_REQUEST,
    [STILE_PRM_STEP_VOUCHER_STATUS] = STILE_PRM_STEP_VOUCHER,
    [STILE_PRM_STEP_ENROL_STATUS] = STILE_PRM_STEP_CERTIFICATE,
  };

  if (step == STILE_PRM_STEP_VOUCHER_TRIGGER)
    return make_trigger (self, dossier, work->answer->checks, error);
  if (step == STILE_PRM_STEP_ENROL_TRIGGER)
    return stile_prm_trigger_make_enrol ();

  return g_bytes_ref (dossier->artefacts[sources[step]]);
}

static StileCarrier *
open_carrier (StileRegistrarAgent *self, StilePrmStep step, const char *device, GError **error)
{
  if (!stile_prm_step_is_on_site (step))
    return g_object_ref (self->registrar);

  /* A device is nearby: no proxy leads to it. */
  return g_initable_new (self->carrier_type, NULL, error, "service", device, "proxy", "none", NULL);
}

/* A9: the voucher request names an agent that is no more, and the registrar would refuse it. */
static gboolean
is_stale (StileRegistrarAgent *self, const StilePrmDossier *dossier, StilePrmStep step)
{
  return (step == STILE_PRM_STEP_ENROL_TRIGGER || step == STILE_PRM_STEP_VOUCHER_REQUEST) &&
         g_strcmp0 (dossier->agent, self->id) != 0;
}

static gboolean
finish_at_once (StileRegistrarAgent *self, Work *work)
{
  if (is_stale (self, work->dossier, work->step))
    {
      work->answer->outcome = STILE_AGENT_AGAIN;
      work->answer->words =
          g_strdup (_ ("A9: The agent has another certificate than when it stood before the device"));
      return TRUE;
    }
  if (work->step != STILE_PRM_STEP_ROOTS_REQUEST || self->roots == NULL)
    return FALSE;

  /* The same for all devices of the domain. */
  work->answer->artefact = g_bytes_ref (self->roots);
  return TRUE;
}

/**
 * stile_registrar_agent_step_async:
 * @dossier: of a device with something to be done; must stay as it is until the step is finished
 * @device: (nullable): its URL; needed for what is done on site
 *
 * Does the next step with a device.  Any step may be done again when nobody knows how it ended: both ends answer the same
 * with the same.
 */
void
stile_registrar_agent_step_async (StileRegistrarAgent *self,
                                  const StilePrmDossier *dossier,
                                  const char *device,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Work *work = work_new (dossier, stile_prm_dossier_get_step (dossier));
  g_autoptr (GBytes) content = NULL;
  GError *error = NULL;

  g_return_if_fail (work->step != STILE_PRM_STEP_DONE);
  g_return_if_fail (stile_prm_step_is_on_site (work->step) ? device != NULL : self->registrar != NULL);

  g_task_set_source_tag (task, stile_registrar_agent_step_async);
  g_task_set_task_data (task, work, work_free);
  if (finish_at_once (self, work))
    {
      g_task_return_pointer (task, g_steal_pointer (&work->answer), (GDestroyNotify)stile_agent_answer_free);
      return;
    }

  if (work->step != STILE_PRM_STEP_ROOTS_REQUEST)
    content = make_content (self, work, &error);
  if (error == NULL)
    work->carrier = open_carrier (self, work->step, device, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    ask (g_steal_pointer (&task), content);
}

/**
 * stile_registrar_agent_step_finish:
 *
 * Returns: (transfer full): how it went; %STILE_ERROR_UNREACHABLE or %STILE_ERROR_RETRY for what may be better later, other
 *   errors for what somebody must look at
 */
StileAgentAnswer *
stile_registrar_agent_step_finish (StileRegistrarAgent *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
