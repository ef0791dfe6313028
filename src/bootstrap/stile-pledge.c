/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-domain.h"
#include "bootstrap/stile-pledge-search.h"
#include "bootstrap/stile-refusal-reason.h"
#include "bootstrap/stile-voucher-json.h"

/* Sessions that a middlebox or a busy service lost while somebody was asked; each is begun anew with a new nonce. */
#define MAX_LOST_SESSIONS 8

/**
 * StilePledge:
 *
 * A device that looks for its owner (RFC 8995 section 2.4): it asks registrar after registrar for a voucher, in provisional
 * sessions, until its manufacturer vouches for one.  Whoever bootstraps holds it.
 */
struct _StilePledge
{
  GObject parent_instance;

  StilePledgeSearch *search;
  StileChecks *checks;
  StileJudgement judgement;
  StileChannel *channel; /* what a voucher vouches for */
  GError *refusal;       /* of the voucher, while the registrar is told */
  guint lost;            /* sessions with this registrar */
  guint waited;          /* seconds, for this registrar */
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

  g_clear_object (&self->search);
  g_clear_object (&self->checks);
  g_clear_object (&self->channel);
  g_clear_error (&self->refusal);
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
  self->checks = stile_checks_new ();
}

static void
search_changed_cb (StilePledge *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

StilePledge *
stile_pledge_new (const StilePledgeSettings *settings)
{
  StilePledge *self = g_object_new (STILE_TYPE_PLEDGE, NULL);

  self->search = stile_pledge_search_new (settings);
  g_signal_connect_object (self->search, "changed", G_CALLBACK (search_changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * stile_pledge_add_registrar:
 * @url: of an owner's registrar; they are tried in the order in which they were added
 */
void
stile_pledge_add_registrar (StilePledge *self, const char *url)
{
  stile_pledge_search_add (self->search, url, STILE_PLEDGE_TARGET_REGISTRAR);
}

/**
 * stile_pledge_add_cloud_registrar:
 * @url: of the manufacturer's registrar, which knows who the owner is (BRSKI-Cloud)
 */
void
stile_pledge_add_cloud_registrar (StilePledge *self, const char *url)
{
  stile_pledge_search_add (self->search, url, STILE_PLEDGE_TARGET_CLOUD);
}

/* --- connecting --- */

/* What was found belongs to the registrar before. */
static void
forget_voucher (StilePledge *self)
{
  g_clear_object (&self->checks);
  self->checks = stile_checks_new ();
  stile_judgement_clear (&self->judgement);
}

static void
connected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (stile_pledge_search_finish (STILE_PLEDGE_SEARCH (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
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
  forget_voucher (self);
  stile_pledge_search_begin (self->search);
  stile_pledge_search_next_async (self->search, cancellable, connected, task);
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

  if (stile_pledge_search_finish (STILE_PLEDGE_SEARCH (object), result, &error))
    ask (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* Takes over @task. */
static void
go_on (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);

  self->waited = 0;
  self->lost = 0;
  stile_pledge_search_next_async (self->search, g_task_get_cancellable (task), reconnected, task);
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

  stile_pledge_search_leave (self->search, error);
  go_on (task);
}

static void
waited (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (stile_pledge_search_wait_finish (STILE_PLEDGE_SEARCH (object), result, &error))
    ask (task);
  else
    leave_registrar (task, error);
}

/* Takes over @task. */
static void
wait_for_somebody (GTask *task, const StileVoucherAnswer *answer)
{
  StilePledge *self = g_task_get_source_object (task);

  self->waited += answer->seconds;
  if (self->waited > STILE_PLEDGE_MAX_WAIT)
    {
      leave_registrar (task, g_error_new_literal (STILE_ERROR, STILE_ERROR_RETRY,
                                                  _ ("P4: nobody has decided in four days")));
      return;
    }

  stile_trace_note (
      stile_pledge_search_get_settings (self->search)->trace, STILE_TRACE_MESSAGE, NULL,
      g_dngettext (GETTEXT_PACKAGE, "Somebody must approve; the registrar is asked again in %u second",
                   "Somebody must approve; the registrar is asked again in %u seconds", answer->seconds),
      answer->seconds);
  stile_pledge_search_wait_async (self->search, answer->seconds, answer->words, g_task_get_cancellable (task),
                                  waited, task);
}

/* --- the voucher is here --- */

static void
told_bad (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean told = stile_provisional_tell_finish (STILE_PROVISIONAL (object), result, &error);
  StilePledge *self = g_task_get_source_object (task);

  if (!told && !stile_error_is_cancelled (error))
    stile_trace_note (stile_pledge_search_get_settings (self->search)->trace, STILE_TRACE_MESSAGE, NULL, "%s",
                      _ ("The registrar could not be told that its voucher is not good"));
  leave_registrar (task, stile_error_is_cancelled (error) ? g_steal_pointer (&error)
                                                          : g_steal_pointer (&self->refusal));
}

/* BOOTSTRAP P16: the registrar is told, without secrets; then the next one is tried. Takes over @task and @error. */
static void
refuse_voucher (GTask *task, GError *error)
{
  StilePledge *self = g_task_get_source_object (task);
  const char *reason = stile_refusal_reason_get (stile_checks_get_refused (self->checks));
  g_autoptr (StileStatusReport) report = stile_status_report_new (FALSE, reason, NULL);

  if (stile_error_is_cancelled (error))
    {
      leave_registrar (task, error);
      return;
    }

  g_clear_error (&self->refusal);
  self->refusal = error;
  stile_provisional_tell_async (stile_pledge_search_get_session (self->search), report,
                                g_task_get_cancellable (task), told_bad, task);
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

  /* What it answers is ignored (RFC 8995 section 5.7).  A registrar that named another place has nothing left to say. */
  if (stile_provisional_get_state (STILE_PROVISIONAL (object)) == STILE_PROVISIONAL_REFUSED)
    stile_provisional_close (STILE_PROVISIONAL (object));
  g_task_return_pointer (task, g_object_ref (self->channel), g_object_unref);
}

/* Takes over @task. */
static void
accept_voucher (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);
  g_autoptr (StileStatusReport) report = stile_status_report_new (TRUE, NULL, NULL);

  stile_provisional_tell_async (stile_pledge_search_get_session (self->search), report,
                                g_task_get_cancellable (task), told_good, task);
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
  const StilePledgeSettings *own = stile_pledge_search_get_settings (self->search);
  const StileEstDomainSettings settings = { .carrier_type = own->carrier_type,
                                            .proxy = own->proxy,
                                            .identity = own->idevid,
                                            .mode = own->mode,
                                            .tls_version = own->tls_version,
                                            .trace = own->trace };

  stile_est_domain_connect_async (&settings, self->judgement.voucher, self->checks,
                                  g_task_get_cancellable (task), est_domain_reached, task);
}

/* Only a registrar that was verified itself may name another place (BRSKI-Cloud section 3.2). */
static StileProvisionalScope
choose_scope (StilePledge *self, GBytes *bytes)
{
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, NULL);
  g_autoptr (StileVoucher) voucher = NULL;

  if (stile_pledge_search_get_target (self->search)->kind != STILE_PLEDGE_TARGET_CLOUD || message == NULL)
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
  const StilePledgeSettings *settings = stile_pledge_search_get_settings (self->search);
  StileProvisional *session = stile_pledge_search_get_session (self->search);
  const StileJudge knowledge = { .policy = settings->policy,
                                 .at = g_get_real_time () / G_USEC_PER_SEC,
                                 .anchors = settings->anchors };
  StileProvisionalScope scope = choose_scope (self, voucher);
  GError *error = NULL;

  if (!stile_provisional_judge (session, &knowledge, scope, voucher, self->checks, &self->judgement, &error))
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
  self->channel = stile_provisional_release (session);
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
      if (stile_pledge_search_follow (self->search, answer->status, answer->location, &error))
        go_on (task);
      else
        leave_registrar (task, error);
      break;
    case STILE_VOUCHER_ANSWER_VOUCHER:
    default:
      judge (task, answer->voucher);
    }
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
  else if (stile_provisional_get_state (STILE_PROVISIONAL (object)) == STILE_PROVISIONAL_LOST &&
           self->lost++ < MAX_LOST_SESSIONS)
    {
      /* BOOTSTRAP 1.6: begun again from the provisional phase, with a new nonce. */
      g_error_free (error);
      stile_pledge_search_again_async (self->search, g_task_get_cancellable (task), reconnected, task);
    }
  else
    leave_registrar (task, error);
}

/* Takes over @task. */
static void
ask (GTask *task)
{
  StilePledge *self = g_task_get_source_object (task);

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }

  forget_voucher (self);
  g_signal_emit (self, signals[CHANGED], 0);
  stile_provisional_ask_async (stile_pledge_search_get_session (self->search), g_task_get_cancellable (task),
                               answered, task);
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
  StileProvisional *session = stile_pledge_search_get_session (self->search);

  g_task_set_source_tag (task, stile_pledge_bootstrap_async);
  self->waited = 0;
  self->lost = 0;
  if (session != NULL && stile_provisional_get_state (session) == STILE_PROVISIONAL_OPEN)
    {
      ask (task);
      return;
    }

  stile_pledge_search_begin (self->search);
  go_on (task);
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
  const StilePledgeTarget *target = stile_pledge_search_get_target (self->search);

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
  return stile_pledge_search_get_carrier (self->search);
}

/**
 * stile_pledge_get_session:
 *
 * Returns: (transfer none) (nullable): the provisional session
 */
StileProvisional *
stile_pledge_get_session (StilePledge *self)
{
  return stile_pledge_search_get_session (self->search);
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
  return stile_pledge_search_get_waiting_until (self->search);
}

/**
 * stile_pledge_get_waiting_words:
 *
 * Returns: (transfer none) (nullable): what the registrar says to the person who waits, or why the last one would not do
 */
const char *
stile_pledge_get_waiting_words (StilePledge *self)
{
  return stile_pledge_search_get_waiting_words (self->search);
}
