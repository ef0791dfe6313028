/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-domain.h"
#include "bootstrap/stile-pause.h"
#include "bootstrap/stile-pledge-targets.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-binary-http.h"

/* Sessions that a middlebox or a busy service lost while somebody was asked; each is begun anew with a new nonce. */
#define MAX_LOST_SESSIONS 8

/**
 * StilePledge:
 *
 * A device that looks for its owner (RFC 8995 section 2.4): it goes from registrar to registrar with provisional
 * sessions until its manufacturer's voucher vouches for one.  Whoever bootstraps holds it.
 */
struct _StilePledge
{
  GObject parent_instance;

  GType carrier_type;
  char *proxy;
  StileIdentity *idevid;
  GPtrArray *anchors;       /* of StileCertificate */
  GPtrArray *cloud_anchors; /* of StileCertificate, or NULL */
  StileJudgePolicy policy;
  StileMode mode;
  StileTlsVersion tls_version;
  guint rounds;
  guint second; /* milliseconds */
  StileTrace *trace;

  StilePledgeTargets *targets;
  StileCarrier *carrier;
  StileProvisional *session;
  StileChecks *checks;
  StileJudgement judgement;
  StileChannel *channel; /* what a voucher vouches for */
  GError *last;          /* why the last registrar would not do */
  guint lost;            /* sessions */
  guint round;
  guint waited;         /* seconds */
  gint64 waiting_until; /* Unix microseconds, or 0 */
  char *waiting_words;
};

G_DEFINE_FINAL_TYPE (StilePledge, stile_pledge, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_pledge_finalize (GObject *object)
{
  StilePledge *self = STILE_PLEDGE (object);

  g_free (self->proxy);
  g_free (self->waiting_words);
  g_clear_object (&self->idevid);
  g_clear_object (&self->trace);
  g_clear_object (&self->carrier);
  g_clear_object (&self->session);
  g_clear_object (&self->checks);
  g_clear_object (&self->channel);
  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_pointer (&self->cloud_anchors, g_ptr_array_unref);
  g_clear_pointer (&self->targets, stile_pledge_targets_free);
  g_clear_error (&self->last);
  stile_judgement_clear (&self->judgement);

  G_OBJECT_CLASS (stile_pledge_parent_class)->finalize (object);
}

static void
stile_pledge_class_init (StilePledgeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_pledge_finalize;

  /**
   * StilePledge::changed:
   *
   * It waits, or goes on, or talks to another registrar.
   */
  signals[CHANGED] =
      g_signal_new ("changed", STILE_TYPE_PLEDGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
stile_pledge_init (StilePledge *self)
{
  self->targets = stile_pledge_targets_new ();
  self->checks = stile_checks_new ();
}

StilePledge *
stile_pledge_new (const StilePledgeSettings *settings)
{
  StilePledge *self = g_object_new (STILE_TYPE_PLEDGE, NULL);

  self->carrier_type = settings->carrier_type;
  self->proxy = g_strdup (settings->proxy);
  self->idevid = g_object_ref (settings->idevid);
  self->anchors = g_ptr_array_ref (settings->anchors);
  self->cloud_anchors = settings->cloud_anchors != NULL ? g_ptr_array_ref (settings->cloud_anchors) : NULL;
  self->policy = settings->policy;
  self->mode = settings->mode;
  self->tls_version = settings->tls_version;
  self->rounds = MAX (settings->rounds, 1);
  self->second = settings->second > 0 ? settings->second : 1000;
  g_set_object (&self->trace, settings->trace);

  return self;
}

/**
 * stile_pledge_add_registrar:
 * @url: of an owner's registrar; they are tried in the order in which they were added
 */
void
stile_pledge_add_registrar (StilePledge *self, const char *url)
{
  stile_pledge_targets_add (self->targets, url, STILE_PLEDGE_TARGET_REGISTRAR);
}

/**
 * stile_pledge_add_cloud_registrar:
 * @url: of the manufacturer's registrar, which knows who the owner is (BRSKI-Cloud)
 */
void
stile_pledge_add_cloud_registrar (StilePledge *self, const char *url)
{
  stile_pledge_targets_add (self->targets, url, STILE_PLEDGE_TARGET_CLOUD);
}

static void
stop_waiting (StilePledge *self)
{
  self->waiting_until = 0;
  g_clear_pointer (&self->waiting_words, g_free);
}

static void
begin_waiting (StilePledge *self, guint seconds, const char *words)
{
  stop_waiting (self);
  self->waiting_until = g_get_real_time () + (gint64)seconds * self->second * 1000;
  self->waiting_words = g_strdup (words);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- connecting to the next registrar that answers --- */

static void try_next (GTask *task);
static void connect_current (GTask *task);

static StileCredentials *
make_credentials (StilePledge *self, StilePledgeTargetKind kind)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  StileCredentials *credentials = stile_credentials_new (STILE_ROLE_CLIENT);

  stile_credentials_set_identity (credentials, self->idevid);
  stile_credentials_set_version (credentials, self->tls_version);
  stile_credentials_set_application_protocols (credentials, protocols);
  if (kind == STILE_PLEDGE_TARGET_REGISTRAR)
    stile_credentials_set_provisional (credentials);
  else if (self->cloud_anchors != NULL)
    stile_credentials_set_anchors (credentials, self->cloud_anchors);
  else
    stile_credentials_set_system_trust (credentials);

  return credentials;
}

static void
forget_session (StilePledge *self)
{
  g_clear_object (&self->session);
  g_clear_object (&self->carrier);
}

/* Takes over @error: why the current registrar will not do. */
static void
remember (StilePledge *self, GError *error)
{
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);

  stile_trace_note (self->trace, STILE_TRACE_PROBLEM, NULL, "%s: %s", target != NULL ? target->url : "",
                    error->message);
  g_clear_error (&self->last);
  self->last = error;
  if (self->session != NULL)
    stile_provisional_close (self->session);
  forget_session (self);
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean open = stile_provisional_connect_finish (STILE_PROVISIONAL (object), result, &error);
  StilePledge *self = g_task_get_source_object (task);
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);

  if (open)
    {
      /* It could be verified, so it is one more of the manufacturer's. */
      if (target->kind == STILE_PLEDGE_TARGET_FOUND)
        stile_pledge_targets_settle (self->targets, STILE_PLEDGE_TARGET_CLOUD);
      g_signal_emit (self, signals[CHANGED], 0);
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
      remember (self, error);
      try_next (g_steal_pointer (&task));
    }
}

/* Takes over @task. */
static void
connect_current (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);
  g_autoptr (StileCredentials) credentials = make_credentials (self, target->kind);
  GError *error = NULL;

  forget_session (self);
  stop_waiting (self);
  g_clear_object (&self->checks);
  self->checks = stile_checks_new ();
  stile_judgement_clear (&self->judgement);
  self->carrier =
      g_initable_new (self->carrier_type, NULL, &error, "service", target->url, "proxy", self->proxy, NULL);
  if (self->carrier == NULL)
    {
      remember (self, error);
      try_next (task);
      return;
    }

  self->session = stile_provisional_new (self->carrier, self->idevid, self->mode);
  stile_provisional_set_trace (self->session, self->trace);
  g_signal_emit (self, signals[CHANGED], 0);
  stile_provisional_connect_async (self->session, credentials, g_task_get_cancellable (task), connected,
                                   task);
}

static void
backed_off (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean over = stile_pause_finish (result, &error);
  StilePledge *self = g_task_get_source_object (task);

  stop_waiting (self);
  if (!over)
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
  StilePledge *self = g_task_get_source_object (task);
  guint seconds = MIN (STILE_PLEDGE_FIRST_BACK_OFF << MIN (self->round, 10u), STILE_PLEDGE_MAX_BACK_OFF);

  self->round++;
  begin_waiting (self, seconds, self->last != NULL ? self->last->message : NULL);
  stile_pause_async (seconds * self->second, g_task_get_cancellable (task), backed_off, task);
}

/* What all of them said is in the trace; the last one's words stand for them. */
static GError *
make_final_error (StilePledge *self)
{
  guint count = stile_pledge_targets_get_n (self->targets);
  GError *error = g_steal_pointer (&self->last);

  if (error == NULL)
    error = g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS, _ ("No registrar was named"));
  else if (count > 1)
    g_prefix_error (&error, _ ("None of %u registrars will do; the last one: "), count);

  return error;
}

/* Takes over @task. */
static void
try_next (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);

  if (stile_pledge_targets_next (self->targets) != NULL)
    connect_current (task);
  else if (self->last != NULL && self->round + 1 < self->rounds)
    back_off (task);
  else
    {
      g_task_return_error (task, make_final_error (self));
      g_object_unref (task);
    }
}

/**
 * stile_pledge_connect_async:
 *
 * Opens a provisional session with the first registrar that answers.
 */
void
stile_pledge_connect_async (StilePledge *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_pledge_connect_async);
  stile_pledge_targets_begin_round (self->targets);
  try_next (task);
}

gboolean
stile_pledge_connect_finish (StilePledge *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- asking for the voucher --- */

static void ask (GTask *task);

static void
reconnected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (stile_pledge_connect_finish (STILE_PLEDGE (object), result, &error))
    ask (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* Takes over @task.  With @again the same registrar is tried once more, with a new session and a new nonce. */
static void
go_on (GTask *task, gboolean again)
{
  StilePledge *self = g_task_get_source_object (task);
  GTask *connecting = g_task_new (self, g_task_get_cancellable (task), reconnected, task);

  g_task_set_source_tag (connecting, go_on);
  if (again)
    connect_current (connecting);
  else
    try_next (connecting);
}

/* Takes over @task and @error. */
static void
leave_registrar (GTask *task, GError *error)
{
  StilePledge *self = g_task_get_source_object (task);

  if (stile_error_is_cancelled (error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  remember (self, error);
  go_on (task, FALSE);
}

static void
waited (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  gboolean over = stile_pause_finish (result, &error);
  StilePledge *self = g_task_get_source_object (task);

  stop_waiting (self);
  if (over)
    ask (task);
  else
    leave_registrar (task, error);
}

/* Takes over @task. */
static void
wait_for_somebody (GTask *task, const StileVoucherAnswer *answer)
{
  StilePledge *self = g_task_get_source_object (task);

  self->waited += MAX (answer->seconds, 1);
  if (self->waited > STILE_PLEDGE_MAX_WAIT)
    {
      leave_registrar (task, g_error_new_literal (STILE_ERROR, STILE_ERROR_RETRY,
                                                  _ ("P4: nobody has decided in four days")));
      return;
    }

  stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL,
                    _ ("Somebody must approve; the registrar is asked again in %u seconds"), answer->seconds);
  begin_waiting (self, answer->seconds, answer->words);
  stile_pause_async (answer->seconds * self->second, g_task_get_cancellable (task), waited, task);
}

/* --- the voucher is here --- */

static void
told_bad (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  gboolean told = stile_provisional_tell_finish (STILE_PROVISIONAL (object), result, NULL);
  StilePledge *self = g_task_get_source_object (task);

  if (!told)
    stile_trace_note (self->trace, STILE_TRACE_MESSAGE, NULL, "%s",
                      _ ("The registrar could not be told that its voucher is not good"));
  leave_registrar (task, g_steal_pointer (&self->last));
}

/* BOOTSTRAP P16: the registrar is told, without secrets; then the next one is tried. Takes over @task and @error. */
static void
refuse_voucher (GTask *task, GError *error)
{
  StilePledge *self = g_task_get_source_object (task);
  g_autoptr (StileStatusReport) report = stile_status_report_new (FALSE, error->message, NULL);

  g_clear_error (&self->last);
  self->last = error;
  stile_provisional_tell_async (self->session, report, g_task_get_cancellable (task), told_bad, task);
}

static void
told_good (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean told = stile_provisional_tell_finish (STILE_PROVISIONAL (object), result, &error);
  StilePledge *self = g_task_get_source_object (task);

  if (!told && stile_error_is_cancelled (error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* What it answers is ignored (RFC 8995 section 5.7). */
  g_task_return_pointer (task, g_object_ref (self->channel), g_object_unref);
}

/* Takes over @task. */
static void
accept_voucher (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);
  g_autoptr (StileStatusReport) report = stile_status_report_new (TRUE, NULL, NULL);

  stile_provisional_tell_async (self->session, report, g_task_get_cancellable (task), told_good, task);
}

static void
est_domain_reached (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  StileChannel *channel = stile_est_domain_connect_finish (result, &error);
  StilePledge *self = g_task_get_source_object (task);

  if (channel == NULL)
    {
      refuse_voucher (task, error);
      return;
    }

  g_clear_object (&self->channel);
  self->channel = channel;
  accept_voucher (task);
}

static void
go_to_est_domain (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);
  const StileEstDomainSettings settings = { .carrier_type = self->carrier_type,
                                            .proxy = self->proxy,
                                            .identity = self->idevid,
                                            .mode = self->mode,
                                            .tls_version = self->tls_version,
                                            .trace = self->trace };

  stile_est_domain_connect_async (&settings, self->judgement.voucher, self->checks,
                                  g_task_get_cancellable (task), est_domain_reached, task);
}

/* Only a registrar that was verified itself may name another place (BRSKI-Cloud section 3.2). */
static StileProvisionalScope
choose_scope (StilePledge *self, GBytes *bytes)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);
  g_autoptr (StileVoucher) voucher = NULL;

  if (stile_pledge_targets_get_current (self->targets)->kind != STILE_PLEDGE_TARGET_CLOUD || message == NULL)
    return STILE_PROVISIONAL_HERE;

  voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_ARTIFACT, NULL);
  return voucher != NULL && stile_voucher_get_fields (voucher)->est_domain != NULL
             ? STILE_PROVISIONAL_ELSEWHERE
             : STILE_PROVISIONAL_HERE;
}

/* Takes over @task. */
static void
judge (GTask *task, GBytes *voucher)
{
  StilePledge *self = g_task_get_source_object (task);
  const StileJudge knowledge = { .policy = self->policy,
                                 .at = g_get_real_time () / G_USEC_PER_SEC,
                                 .anchors = self->anchors };
  StileProvisionalScope scope = choose_scope (self, voucher);
  GError *error = NULL;

  if (!stile_provisional_judge (self->session, &knowledge, scope, voucher, self->checks, &self->judgement,
                                &error))
    {
      refuse_voucher (task, error);
      return;
    }
  if (scope == STILE_PROVISIONAL_ELSEWHERE)
    {
      go_to_est_domain (task);
      return;
    }

  g_clear_object (&self->channel);
  self->channel = stile_provisional_release (self->session);
  accept_voucher (task);
}

/* --- what a registrar answers --- */

/* Takes over @task. */
static void
handle_answer (GTask *task, const StileVoucherAnswer *answer)
{
  StilePledge *self = g_task_get_source_object (task);
  GError *error = NULL;

  switch (answer->kind)
    {
    case STILE_VOUCHER_ANSWER_WAIT:
      wait_for_somebody (task, answer);
      break;
    case STILE_VOUCHER_ANSWER_ELSEWHERE:
      if (stile_pledge_targets_follow (self->targets, answer->location, &error))
        go_on (task, FALSE);
      else
        leave_registrar (task, error);
      break;
    case STILE_VOUCHER_ANSWER_VOUCHER:
    default:
      judge (task, answer->voucher);
    }
}

static gboolean
is_lost (StilePledge *self, const GError *error)
{
  return (g_error_matches (error, STILE_ERROR, STILE_ERROR_EXPIRED) ||
          g_error_matches (error, STILE_ERROR, STILE_ERROR_PROTOCOL)) &&
         self->waited > 0 && self->lost++ < MAX_LOST_SESSIONS;
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_auto (StileVoucherAnswer) answer = { 0 };
  gboolean good = stile_provisional_ask_finish (STILE_PROVISIONAL (object), result, &answer, &error);
  StilePledge *self = g_task_get_source_object (task);

  if (good)
    handle_answer (task, &answer);
  else if (is_lost (self, error))
    {
      /* BOOTSTRAP 1.6: begun again from the provisional phase, with a new nonce. */
      g_error_free (error);
      go_on (task, TRUE);
    }
  else
    leave_registrar (task, error);
}

/* Takes over @task. */
static void
ask (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);

  g_signal_emit (self, signals[CHANGED], 0);
  stile_provisional_ask_async (self->session, g_task_get_cancellable (task), answered, task);
}

/**
 * stile_pledge_bootstrap_async:
 *
 * Asks for a voucher and judges it; registrars that will not do are left for the next.  Without an open session one is
 * opened first.
 */
void
stile_pledge_bootstrap_async (StilePledge *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_pledge_bootstrap_async);
  self->waited = 0;
  self->lost = 0;
  if (self->session != NULL && stile_provisional_get_state (self->session) == STILE_PROVISIONAL_OPEN)
    {
      ask (task);
      return;
    }

  stile_pledge_targets_begin_round (self->targets);
  go_on (task, FALSE);
}

/**
 * stile_pledge_bootstrap_finish:
 *
 * Returns: (transfer full) (nullable): where the owner's EST is, vouched for by the manufacturer
 */
StileChannel *
stile_pledge_bootstrap_finish (StilePledge *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what the faces show --- */

/**
 * stile_pledge_get_registrar:
 *
 * Returns: (transfer none) (nullable): whom it talks to, or talked to last
 */
const char *
stile_pledge_get_registrar (StilePledge *self)
{
  const StilePledgeTarget *target = stile_pledge_targets_get_current (self->targets);

  return target != NULL ? target->url : NULL;
}

/**
 * stile_pledge_get_carrier:
 *
 * Returns: (transfer none) (nullable): what carries its session
 */
StileCarrier *
stile_pledge_get_carrier (StilePledge *self)
{
  return self->carrier;
}

/**
 * stile_pledge_get_session:
 *
 * Returns: (transfer none) (nullable): the provisional session
 */
StileProvisional *
stile_pledge_get_session (StilePledge *self)
{
  return self->session;
}

/**
 * stile_pledge_get_checks:
 *
 * Returns: (transfer none): what was looked at in the last voucher
 */
StileChecks *
stile_pledge_get_checks (StilePledge *self)
{
  return self->checks;
}

/**
 * stile_pledge_get_judgement:
 *
 * Returns: (transfer none): what was found in the last voucher; its fields are %NULL without one
 */
const StileJudgement *
stile_pledge_get_judgement (StilePledge *self)
{
  return &self->judgement;
}

/**
 * stile_pledge_get_waiting_until:
 *
 * Returns: Unix microseconds at which a registrar is asked again, 0 when nothing waits
 */
gint64
stile_pledge_get_waiting_until (StilePledge *self)
{
  return self->waiting_until;
}

/**
 * stile_pledge_get_waiting_words:
 *
 * Returns: (transfer none) (nullable): what the registrar says to the person who waits, or why the last one would not do
 */
const char *
stile_pledge_get_waiting_words (StilePledge *self)
{
  return self->waiting_words;
}
