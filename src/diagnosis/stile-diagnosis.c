/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-diagnosis.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "diagnosis/stile-diagnosis-run.h"
#include "diagnosis/stile-path-diagnosis.h"

/**
 * StileDiagnosis:
 *
 * The job: who intercepts the connection to one service, how, and what to do about it.  It runs once; both faces watch its
 * checks, its path and its verdict while it does.
 */
struct _StileDiagnosis
{
  GObject parent_instance;

  GUri *uri;
  char *url;
  char *proxy_text;
  GPtrArray *anchors; /* of StileCertificate, or NULL */
  StileIdentity *identity;
  char *system_path;
  char *public_path;
  StileVendors *vendors;
  StileKnownAuthorities *known;

  StileDiagnosisState state;
  StileTrace *trace;
  GListModel *checks; /* of StileCheck */
  StileProbeContext *context;
  StileDiagnosisRun *run;
  StileVerdict *verdict;
  StilePath *path;
  StileReport *report;
};

enum
{
  PROP_STATE = 1,
  PROP_PATH,
  PROP_VERDICT,
  PROP_PROGRESS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (StileDiagnosis, stile_diagnosis, G_TYPE_OBJECT)

static void
stile_diagnosis_finalize (GObject *object)
{
  StileDiagnosis *self = STILE_DIAGNOSIS (object);
  GObject *held[] = { (GObject *)self->identity, (GObject *)self->vendors, (GObject *)self->known,
                      (GObject *)self->context,  (GObject *)self->run,     (GObject *)self->verdict,
                      (GObject *)self->path,     (GObject *)self->report };

  for (gsize i = 0; i < G_N_ELEMENTS (held); i++)
    g_clear_object (&held[i]);
  g_object_unref (self->trace);
  g_object_unref (self->checks);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_free (self->url);
  g_free (self->proxy_text);
  g_free (self->system_path);
  g_free (self->public_path);

  G_OBJECT_CLASS (stile_diagnosis_parent_class)->finalize (object);
}

static void
stile_diagnosis_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileDiagnosis *self = STILE_DIAGNOSIS (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int)self->state);
      break;
    case PROP_PATH:
      g_value_set_object (value, self->path);
      break;
    case PROP_VERDICT:
      g_value_set_object (value, self->verdict);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, stile_diagnosis_get_progress (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
stile_diagnosis_class_init (StileDiagnosisClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = stile_diagnosis_finalize;
  object_class->get_property = stile_diagnosis_get_property;
  props[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, 0, STILE_DIAGNOSIS_CANCELLED, STILE_DIAGNOSIS_READY, flags);
  props[PROP_PATH] = g_param_spec_object ("path", NULL, NULL, STILE_TYPE_PATH, flags);
  props[PROP_VERDICT] = g_param_spec_object ("verdict", NULL, NULL, STILE_TYPE_VERDICT, flags);
  props[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
stile_diagnosis_init (StileDiagnosis *self)
{
  self->trace = stile_trace_new ();
  self->checks = stile_diagnosis_run_make_checks ();
}

/* --- the address --- */

static GUri *
parse_address (const char *address)
{
  g_autofree char *stripped = g_strstrip (g_strdup (address));
  g_autofree char *url =
      strstr (stripped, "://") != NULL ? g_strdup (stripped) : g_strconcat ("https://", stripped, NULL);

  return g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
}

/* Names in any script, and addresses; nothing that no name can hold, such as what is around an address that was pasted. */
static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && g_utf8_validate (host, -1, NULL) &&
         strpbrk (host, " \t\r\n\"#$%&'()*+,/;<=>?@\\^`{|}") == NULL;
}

static gboolean
is_good (GUri *uri)
{
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  return uri != NULL && is_host (g_uri_get_host (uri)) &&
         (strcmp (scheme, "https") == 0 || strcmp (scheme, "http") == 0) && g_uri_get_userinfo (uri) == NULL;
}

/**
 * stile_diagnosis_new:
 * @address: as people type it: "example.com", "example.com:8443/path", "https://example.com"
 *
 * Returns: (transfer full): a job that has not begun; %STILE_ERROR_SETTINGS when that is no address
 */
StileDiagnosis *
stile_diagnosis_new (const char *address, GError **error)
{
  g_autoptr (GUri) uri = parse_address (address);
  StileDiagnosis *self;

  if (!is_good (uri))
    {
      g_set_error (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("“%s” is no address of a service; write it as example.com or https://example.com:8443/path"),
          address);
      return NULL;
    }

  self = g_object_new (STILE_TYPE_DIAGNOSIS, NULL);
  self->uri = g_steal_pointer (&uri);
  self->url = g_uri_to_string (self->uri);
  return self;
}

static void
set_string (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/**
 * stile_diagnosis_set_proxy:
 * @proxy: (nullable): a proxy's URL, "none", or %NULL for what the desktop says
 */
void
stile_diagnosis_set_proxy (StileDiagnosis *self, const char *proxy)
{
  set_string (&self->proxy_text, proxy);
}

/**
 * stile_diagnosis_set_anchors:
 * @anchors: (nullable) (element-type StileCertificate): who vouches for the service inside ATLS; %NULL for this computer's
 *   store
 */
void
stile_diagnosis_set_anchors (StileDiagnosis *self, GPtrArray *anchors)
{
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  self->anchors = anchors != NULL ? g_ptr_array_ref (anchors) : NULL;
}

/**
 * stile_diagnosis_set_identity:
 * @identity: (nullable): whom to show inside ATLS
 */
void
stile_diagnosis_set_identity (StileDiagnosis *self, StileIdentity *identity)
{
  g_set_object (&self->identity, identity);
}

/**
 * stile_diagnosis_set_system_trust:
 * @path: (nullable): a PEM file to take for what this computer believes
 */
void
stile_diagnosis_set_system_trust (StileDiagnosis *self, const char *path)
{
  set_string (&self->system_path, path);
}

/**
 * stile_diagnosis_set_public_trust:
 * @path: (nullable): a PEM file to take for what everybody believes
 */
void
stile_diagnosis_set_public_trust (StileDiagnosis *self, const char *path)
{
  set_string (&self->public_path, path);
}

void
stile_diagnosis_set_vendors (StileDiagnosis *self, StileVendors *vendors)
{
  g_set_object (&self->vendors, vendors);
}

void
stile_diagnosis_set_known_authorities (StileDiagnosis *self, StileKnownAuthorities *known)
{
  g_set_object (&self->known, known);
}

/* --- running --- */

static void
set_state (StileDiagnosis *self, StileDiagnosisState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static StileCheckState
name_state (StileFinding *finding)
{
  static const char *const blocking[] = { "content-type-blocked",  "method-blocked", "request-size-limited",
                                          "response-size-limited", "captive-portal", "response-truncated",
                                          "gateway-errors" };
  static const char *const notes[] = { "delayed", "http-version-changed" };

  for (gsize i = 0; i < G_N_ELEMENTS (blocking); i++)
    if (strcmp (stile_finding_get_id (finding), blocking[i]) == 0)
      return STILE_CHECK_STATE_BLOCKED;
  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    if (strcmp (stile_finding_get_id (finding), notes[i]) == 0)
      return STILE_CHECK_STATE_NOTED;

  return STILE_CHECK_STATE_CHANGED;
}

/* A row whose probe found nothing by itself may still be told otherwise by the judge, who sees all of them. */
static void
mark_checks (StileDiagnosis *self)
{
  GPtrArray *findings = stile_verdict_get_findings (self->verdict);

  for (guint i = 0; i < findings->len; i++)
    {
      StileFinding *finding = g_ptr_array_index (findings, i);

      for (guint j = 0; j < g_list_model_get_n_items (self->checks); j++)
        {
          g_autoptr (StileCheck) check = g_list_model_get_item (self->checks, j);

          if (g_strcmp0 (stile_check_get_id (check), stile_finding_get_check (finding)) == 0 &&
              stile_check_get_state (check) >= STILE_CHECK_STATE_PASSED)
            stile_check_set (check, name_state (finding), stile_finding_get_sentence (finding));
        }
    }
}

static void
judge (StileDiagnosis *self)
{
  StileSignals *signals = stile_probe_context_get_signals (self->context);

  g_clear_object (&self->verdict);
  g_clear_object (&self->path);
  self->verdict = stile_verdict_judge (signals, self->vendors, self->known);
  self->path = stile_path_diagnosis_new (signals, self->verdict);
}

static void
progressed_cb (StileDiagnosisRun *run, StileDiagnosis *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROGRESS]);
  if (!stile_diagnosis_run_knows_enough (run))
    return;

  judge (self);
  mark_checks (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VERDICT]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PATH]);
}

static void
all_over (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean done = stile_diagnosis_run_start_finish (STILE_DIAGNOSIS_RUN (object), result, &error);
  StileDiagnosis *self = g_task_get_source_object (task);

  if (!done)
    {
      set_state (self, STILE_DIAGNOSIS_CANCELLED);
      stile_error_convert (&error, STILE_ERROR_CANCELLED);
      g_task_return_error (task, error);
      return;
    }

  judge (self);
  mark_checks (self);
  self->report =
      stile_report_new (stile_probe_context_get_signals (self->context), self->verdict, self->checks);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VERDICT]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PATH]);
  set_state (self, STILE_DIAGNOSIS_DONE);
  g_task_return_pointer (task, g_object_ref (self->report), g_object_unref);
}

/* --- the two stores, which take their time to be read --- */

typedef struct
{
  char *system_path;
  char *public_path;
  StileAnchorSet *system;
  StileAnchorSet *open;
} Stores;

static void
stores_free (gpointer data)
{
  Stores *self = data;

  g_free (self->system_path);
  g_free (self->public_path);
  g_clear_object (&self->system);
  g_clear_object (&self->open);
  g_free (self);
}

/* A store that was named must be there; one that a computer has or has not may be missing. */
static void
load_stores (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Stores *stores = data;
  g_autoptr (GError) system_error = NULL;
  g_autoptr (GError) public_error = NULL;

  stores->system = stile_anchor_set_load_system (stores->system_path, &system_error);
  stores->open = stile_anchor_set_load_public (stores->public_path, &public_error);
  if (system_error != NULL && stores->system_path != NULL)
    g_task_return_error (task, g_steal_pointer (&system_error));
  else if (public_error != NULL && stores->public_path != NULL)
    g_task_return_error (task, g_steal_pointer (&public_error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
stores_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  StileDiagnosis *self = STILE_DIAGNOSIS (object);
  Stores *stores = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      set_state (self, STILE_DIAGNOSIS_CANCELLED);
      g_task_return_error (task, error);
      return;
    }

  stile_probe_context_set_stores (self->context, stores->system, stores->open);
  self->run = stile_diagnosis_run_new (self->context, self->checks);
  g_signal_connect_object (self->run, "progressed", G_CALLBACK (progressed_cb), self, G_CONNECT_DEFAULT);
  stile_diagnosis_run_start_async (self->run, cancellable, all_over, g_steal_pointer (&task));
}

static StileProbeContext *
make_context (StileDiagnosis *self, GError **error)
{
  g_autoptr (StileHttpProxy) proxy = stile_http_proxy_new (self->proxy_text, error);
  StileProbeContext *context;

  if (proxy == NULL)
    return NULL;

  context = stile_probe_context_new (self->uri, proxy, self->proxy_text, self->trace);
  stile_probe_context_set_anchors (context, self->anchors);
  stile_probe_context_set_identity (context, self->identity);
  return context;
}

/**
 * stile_diagnosis_run_async:
 *
 * Asks the network; a job runs once.
 */
void
stile_diagnosis_run_async (StileDiagnosis *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) reading = NULL;
  Stores *stores;
  GError *error = NULL;

  g_return_if_fail (self->state == STILE_DIAGNOSIS_READY);

  g_task_set_source_tag (task, stile_diagnosis_run_async);
  self->context = make_context (self, &error);
  if (self->context == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  set_state (self, STILE_DIAGNOSIS_RUNNING);
  stores = g_new0 (Stores, 1);
  stores->system_path = g_strdup (self->system_path);
  stores->public_path = g_strdup (self->public_path);
  reading = g_task_new (self, cancellable, stores_loaded, g_steal_pointer (&task));
  g_task_set_source_tag (reading, load_stores);
  g_task_set_task_data (reading, stores, stores_free);
  g_task_run_in_thread (reading, load_stores);
}

/**
 * stile_diagnosis_run_finish:
 *
 * Returns: (transfer full): the report: that nobody is reached is a report, too.  An error when a setting is wrong, or
 *   somebody cancelled
 */
StileReport *
stile_diagnosis_run_finish (StileDiagnosis *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- how it stands --- */

const char *
stile_diagnosis_get_url (StileDiagnosis *self)
{
  return self->url;
}

StileDiagnosisState
stile_diagnosis_get_state (StileDiagnosis *self)
{
  return self->state;
}

/**
 * stile_diagnosis_get_progress:
 *
 * Returns: from 0 to 1
 */
double
stile_diagnosis_get_progress (StileDiagnosis *self)
{
  return self->run != NULL ? stile_diagnosis_run_get_progress (self->run) : 0;
}

/**
 * stile_diagnosis_get_checks:
 *
 * Returns: (transfer none): of StileCheck, one for each question to the network
 */
GListModel *
stile_diagnosis_get_checks (StileDiagnosis *self)
{
  return self->checks;
}

StileTrace *
stile_diagnosis_get_trace (StileDiagnosis *self)
{
  return self->trace;
}

/**
 * stile_diagnosis_get_path:
 *
 * Returns: (transfer none) (nullable): the path as far as it is known
 */
StilePath *
stile_diagnosis_get_path (StileDiagnosis *self)
{
  return self->path;
}

/**
 * stile_diagnosis_get_verdict:
 *
 * Returns: (transfer none) (nullable): before all checks are through it says what is known so far
 */
StileVerdict *
stile_diagnosis_get_verdict (StileDiagnosis *self)
{
  return self->verdict;
}

/**
 * stile_diagnosis_get_report:
 *
 * Returns: (transfer none) (nullable): when all is done
 */
StileReport *
stile_diagnosis_get_report (StileDiagnosis *self)
{
  return self->report;
}
