/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge-search.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pause.h"
#include "codec/stile-binary-http.h"

/**
 * StilePledgeSearch:
 *
 * Goes from registrar to registrar, round after round, until a session with one is open (RFC 8995 section 4.1).  The
 * pledge holds it, asks for its voucher there, and sends it on when that comes to nothing.
 */
struct _StilePledgeSearch
{
  GObject parent_instance;

  StilePledgeSettings settings; /* all of it is ours */
  StilePledgeTargets *targets;
  StileCarrier *carrier;
  StileProvisional *session;
  GError *last; /* why the last registrar would not do */
  guint round;
  gint64 waiting_until; /* Unix microseconds, or 0 */
  char *waiting_words;
};

G_DEFINE_FINAL_TYPE (StilePledgeSearch, stile_pledge_search, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_pledge_search_finalize (GObject *object)
{
  StilePledgeSearch *self = STILE_PLEDGE_SEARCH (object);

  g_free ((gpointer)self->settings.proxy);
  g_free (self->waiting_words);
  g_clear_object (&self->settings.idevid);
  g_clear_object (&self->settings.trace);
  g_clear_object (&self->carrier);
  g_clear_object (&self->session);
  g_clear_pointer (&self->settings.anchors, g_ptr_array_unref);
  g_clear_pointer (&self->settings.cloud_anchors, g_ptr_array_unref);
  g_clear_pointer (&self->targets, stile_pledge_targets_free);
  g_clear_error (&self->last);

  G_OBJECT_CLASS (stile_pledge_search_parent_class)->finalize (object);
}

static void
stile_pledge_search_class_init (StilePledgeSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_pledge_search_finalize;

  /**
   * StilePledgeSearch::changed:
   *
   * It waits, or goes on, or talks to another registrar.
   */
  signals[CHANGED] = g_signal_new ("changed", STILE_TYPE_PLEDGE_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
stile_pledge_search_init (StilePledgeSearch *self)
{
  self->targets = stile_pledge_targets_new ();
}

StilePledgeSearch *
stile_pledge_search_new (const StilePledgeSettings *settings)
{
  StilePledgeSearch *self = g_object_new (STILE_TYPE_PLEDGE_SEARCH, NULL);

  self->settings = *settings;
  self->settings.proxy = g_strdup (settings->proxy);
  self->settings.rounds = MAX (settings->rounds, 1);
  self->settings.second = settings->second > 0 ? settings->second : G_USEC_PER_SEC;
  g_object_ref (settings->idevid);
  g_ptr_array_ref (settings->anchors);
  if (settings->cloud_anchors != NULL)
    g_ptr_array_ref (settings->cloud_anchors);
  if (settings->trace != NULL)
    g_object_ref (settings->trace);

  return self;
}

/**
 * stile_pledge_search_add:
 *
 * One more registrar, to be tried after those before it.
 */
void
stile_pledge_search_add (StilePledgeSearch *self, const char *url, StilePledgeTargetKind kind)
{
  stile_pledge_targets_add (self->targets, url, kind);
}

/* --- waiting --- */

static void
waited (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean over = stile_pause_finish (result, &error);
  StilePledgeSearch *self = g_task_get_source_object (task);

  self->waiting_until = 0;
  g_clear_pointer (&self->waiting_words, g_free);
  if (over)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * stile_pledge_search_wait_async:
 * @words: (nullable): what the person who waits is told
 */
void
stile_pledge_search_wait_async (StilePledgeSearch *self,
                                guint seconds,
                                const char *words,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  gint64 length = (gint64)seconds * self->settings.second;

  g_task_set_source_tag (task, stile_pledge_search_wait_async);
  self->waiting_until = g_get_real_time () + length;
  g_free (self->waiting_words);
  self->waiting_words = g_strdup (words);
  g_signal_emit (self, signals[CHANGED], 0);
  stile_pause_async ((guint)(length / 1000), cancellable, waited, task);
}

gboolean
stile_pledge_search_wait_finish (StilePledgeSearch *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- connecting to the next registrar that answers --- */

static void try_next (GTask *task);
static void connect_current (GTask *task);

static StileCredentials *
make_credentials (StilePledgeSearch *self, StilePledgeTargetKind kind)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, self->settings.idevid);
  stile_credentials_set_version (credentials, self->settings.tls_version);
  stile_credentials_set_application_protocols (credentials, protocols);
  if (kind == STILE_PLEDGE_TARGET_REGISTRAR)
    stile_credentials_set_provisional (credentials);
  else if (self->settings.cloud_anchors != NULL)
    stile_credentials_set_anchors (credentials, self->settings.cloud_anchors);
  else
    stile_credentials_set_system_trust (credentials);

  return credentials;
}

static void
forget_session (StilePledgeSearch *self)
{
  g_clear_object (&self->session);
  g_clear_object (&self->carrier);
}

/**
 * stile_pledge_search_leave:
 * @reason: (transfer full): why the current registrar will not do
 *
 * Says goodbye to it (BOOTSTRAP P16).
 */
void
stile_pledge_search_leave (StilePledgeSearch *self, GError *reason)
{
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);

  stile_trace_note (self->settings.trace, STILE_TRACE_PROBLEM, NULL, "%s: %s",
                    target != NULL ? target->url : "", reason->message);
  g_clear_error (&self->last);
  self->last = reason;
  if (self->session != NULL)
    stile_provisional_close (self->session);
  forget_session (self);
}

/**
 * stile_pledge_search_follow:
 * @status: of the current registrar's answer
 * @location: where it sends us
 * @error: %STILE_ERROR_REFUSED when we do not go there
 *
 * Says goodbye to it; the place that it names is next.
 */
gboolean
stile_pledge_search_follow (StilePledgeSearch *self, guint status, const char *location, GError **error)
{
  if (!stile_pledge_targets_follow (self->targets, status, location, error))
    return FALSE;

  stile_provisional_close (self->session);
  forget_session (self);
  return TRUE;
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean open = stile_provisional_connect_finish (STILE_PROVISIONAL (object), result, &error);
  StilePledgeSearch *self = g_task_get_source_object (task);
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);

  if (open)
    {
      /* It could be verified, so it is one more of the manufacturer's. */
      if (target->kind == STILE_PLEDGE_TARGET_FOUND)
        stile_pledge_targets_settle (self->targets, STILE_PLEDGE_TARGET_CLOUD);
      g_task_return_boolean (task, TRUE);
    }
  else if (stile_error_is_cancelled (error))
    g_task_return_error (task, error);
  else if (target->kind == STILE_PLEDGE_TARGET_FOUND &&
           g_error_matches (error, STILE_ERROR, STILE_ERROR_UNTRUSTED))
    {
      g_error_free (error);
      stile_pledge_targets_settle (self->targets, STILE_PLEDGE_TARGET_REGISTRAR);
      connect_current (g_steal_pointer (&task));
    }
  else
    {
      stile_pledge_search_leave (self, error);
      try_next (g_steal_pointer (&task));
    }
}

/* Takes over @task. */
static void
connect_current (GTask *task)
{
  StilePledgeSearch *self = g_task_get_source_object (task);
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);
  g_autoptr (StileCredentials) credentials = make_credentials (self, target->kind);
  GError *error = NULL;

  forget_session (self);
  self->carrier = g_initable_new (self->settings.carrier_type, NULL, &error, "service", target->url, "proxy",
                                  self->settings.proxy, NULL);
  if (self->carrier == NULL)
    {
      stile_pledge_search_leave (self, error);
      try_next (task);
      return;
    }

  self->session = stile_provisional_new (self->carrier, self->settings.idevid, self->settings.mode);
  stile_provisional_set_trace (self->session, self->settings.trace);
  g_signal_emit (self, signals[CHANGED], 0);
  stile_provisional_connect_async (self->session, credentials, g_task_get_cancellable (task), connected,
                                   task);
}

static void
backed_off (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StilePledgeSearch *self = STILE_PLEDGE_SEARCH (object);

  if (!stile_pledge_search_wait_finish (self, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  stile_pledge_targets_begin_round (self->targets);
  try_next (g_steal_pointer (&task));
}

/* Takes over @task. */
static void
back_off (GTask *task)
{
  StilePledgeSearch *self = g_task_get_source_object (task);
  guint seconds = MIN (STILE_PLEDGE_FIRST_BACK_OFF << MIN (self->round, 10u), STILE_PLEDGE_MAX_BACK_OFF);

  self->round++;
  stile_pledge_search_wait_async (self, seconds, self->last->message, g_task_get_cancellable (task),
                                  backed_off, task);
}

/* What all of them said is in the trace; the last one's words stand for them. */
static GError *
make_final_error (StilePledgeSearch *self)
{
  guint count = stile_pledge_targets_get_n (self->targets);
  GError *error = g_steal_pointer (&self->last);

  if (error == NULL)
    error = g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS, _ ("No registrar was named"));
  else if (count > 1)
    g_prefix_error (&error,
                    g_dngettext (GETTEXT_PACKAGE, "%u registrar will not do; the last one: ",
                                 "None of %u registrars will do; the last one: ", count),
                    count);

  return error;
}

/* Takes over @task. */
static void
try_next (GTask *task)
{
  StilePledgeSearch *self = g_task_get_source_object (task);

  if (stile_pledge_targets_next (self->targets) != NULL)
    connect_current (task);
  else if (self->last != NULL && self->round + 1 < self->settings.rounds)
    back_off (task);
  else
    {
      g_task_return_error (task, make_final_error (self));
      g_object_unref (task);
    }
}

/**
 * stile_pledge_search_begin:
 *
 * From the first registrar of the first round on.
 */
void
stile_pledge_search_begin (StilePledgeSearch *self)
{
  self->round = 0;
  g_clear_error (&self->last);
  stile_pledge_targets_begin_round (self->targets);
}

/**
 * stile_pledge_search_next_async:
 *
 * Opens a session with the next registrar that answers.
 */
void
stile_pledge_search_next_async (StilePledgeSearch *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_pledge_search_next_async);
  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else
    try_next (task);
}

/**
 * stile_pledge_search_again_async:
 *
 * Opens another session with the current registrar, or with the next one if it does not answer any more.
 */
void
stile_pledge_search_again_async (StilePledgeSearch *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_pledge_search_again_async);
  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else
    connect_current (task);
}

/**
 * stile_pledge_search_finish:
 *
 * Returns: whether a session is open; the error is the last registrar's reason
 */
gboolean
stile_pledge_search_finish (StilePledgeSearch *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_pledge_search_get_settings:
 *
 * Returns: (transfer none): what the pledge was made with
 */
const StilePledgeSettings *
stile_pledge_search_get_settings (StilePledgeSearch *self)
{
  return &self->settings;
}

/**
 * stile_pledge_search_get_target:
 *
 * Returns: (transfer none) (nullable): the current registrar
 */
const StilePledgeTarget *
stile_pledge_search_get_target (StilePledgeSearch *self)
{
  return stile_pledge_targets_get_current (self->targets);
}

/**
 * stile_pledge_search_get_carrier:
 *
 * Returns: (transfer none) (nullable): what carries its session
 */
StileCarrier *
stile_pledge_search_get_carrier (StilePledgeSearch *self)
{
  return self->carrier;
}

/**
 * stile_pledge_search_get_session:
 *
 * Returns: (transfer none) (nullable): the session with it
 */
StileProvisional *
stile_pledge_search_get_session (StilePledgeSearch *self)
{
  return self->session;
}

/**
 * stile_pledge_search_get_waiting_until:
 *
 * Returns: Unix microseconds, 0 when nothing waits
 */
gint64
stile_pledge_search_get_waiting_until (StilePledgeSearch *self)
{
  return self->waiting_until;
}

/**
 * stile_pledge_search_get_waiting_words:
 *
 * Returns: (transfer none) (nullable): what stile_pledge_search_wait_async() was given
 */
const char *
stile_pledge_search_get_waiting_words (StilePledgeSearch *self)
{
  return self->waiting_words;
}
