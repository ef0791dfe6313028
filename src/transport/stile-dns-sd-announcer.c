/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-announcer.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-dns-sd-avahi.h"
#include "transport/stile-dns-sd-object.h"
#include "transport/stile-dns-sd-service.h"

/* Avahi's AVAHI_ENTRY_GROUP_*, those that matter. */
#define GROUP_ESTABLISHED 2
#define GROUP_COLLISION 3
#define GROUP_FAILURE 4

/**
 * StileDnsSdAnnouncer:
 *
 * Has the Avahi daemon say on the local network that a service is here, on all links, until it is withdrawn or freed.
 * Whoever has the service holds it.
 */
struct _StileDnsSdAnnouncer
{
  GObject parent_instance;

  GDBusConnection *connection; /* or NULL: the system's bus */
  char *name;
  char *type;
  guint16 port;
  gboolean announced;
  GTask *task;             /* announces, or NULL; it holds us until it ends */
  GSource *cancelling;     /* of its cancellable, or NULL */
  StileDnsSdObject *group; /* or NULL */
};

G_DEFINE_FINAL_TYPE (StileDnsSdAnnouncer, stile_dns_sd_announcer, G_TYPE_OBJECT)

enum
{
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_dns_sd_announcer_dispose (GObject *object)
{
  StileDnsSdAnnouncer *self = STILE_DNS_SD_ANNOUNCER (object);

  stile_dns_sd_announcer_withdraw (self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (stile_dns_sd_announcer_parent_class)->dispose (object);
}

static void
stile_dns_sd_announcer_finalize (GObject *object)
{
  StileDnsSdAnnouncer *self = STILE_DNS_SD_ANNOUNCER (object);

  g_free (self->name);
  g_free (self->type);

  G_OBJECT_CLASS (stile_dns_sd_announcer_parent_class)->finalize (object);
}

static void
stile_dns_sd_announcer_class_init (StileDnsSdAnnouncerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_dns_sd_announcer_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_dns_sd_announcer_finalize;

  /**
   * StileDnsSdAnnouncer::failed:
   * @error: why
   *
   * What was announced is no longer: another took the name, or the daemon is gone.  It may be announced again.
   */
  signals[FAILED] = g_signal_new ("failed", STILE_TYPE_DNS_SD_ANNOUNCER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
stile_dns_sd_announcer_init (StileDnsSdAnnouncer *self)
{
}

/**
 * stile_dns_sd_announcer_new:
 * @connection: (nullable): a bus with an Avahi daemon; %NULL for the system's
 * @name: the instance's, as it is: with BRSKI-PRM the serial number
 * @type: such as %STILE_DNS_SD_BROWSER_PLEDGES
 */
StileDnsSdAnnouncer *
stile_dns_sd_announcer_new (GDBusConnection *connection, const char *name, const char *type, guint16 port)
{
  StileDnsSdAnnouncer *self = g_object_new (STILE_TYPE_DNS_SD_ANNOUNCER, NULL);

  g_set_object (&self->connection, connection);
  self->name = g_strdup (name);
  self->type = g_strdup (type);
  self->port = port;

  return self;
}

static void
silence (StileDnsSdAnnouncer *self)
{
  g_clear_pointer (&self->group, stile_dns_sd_object_free);
  self->announced = FALSE;
}

/* Returns: (transfer full): the task, which is not ours any more */
static GTask *
take_task (StileDnsSdAnnouncer *self)
{
  GTask *task = g_steal_pointer (&self->task);

  if (self->cancelling != NULL)
    g_source_destroy (self->cancelling);
  g_clear_pointer (&self->cancelling, g_source_unref);

  return task;
}

/* Takes over @error. */
static void
fail (StileDnsSdAnnouncer *self, GError *error)
{
  g_autoptr (GTask) task = NULL;

  silence (self);
  g_prefix_error (&error, _ ("Announcing “%s”: "), self->name);
  stile_error_convert (&error, STILE_ERROR_FAILED);
  if (self->task != NULL)
    {
      task = take_task (self);
      g_task_return_error (task, error);
      return;
    }

  g_signal_emit (self, signals[FAILED], 0, error);
  g_error_free (error);
}

static void
succeed (StileDnsSdAnnouncer *self)
{
  g_autoptr (GTask) task = NULL;

  self->announced = TRUE;
  if (self->task == NULL)
    return;

  task = take_task (self);
  g_task_return_boolean (task, TRUE);
}

/* --- what Avahi says --- */

static void
said (gpointer owner, const char *signal, GVariant *arguments)
{
  g_autoptr (StileDnsSdAnnouncer) self = g_object_ref (owner);
  int state = 0;

  if (strcmp (signal, "StateChanged") != 0 || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(is)")))
    return;

  g_variant_get (arguments, "(i&s)", &state, NULL);
  if (state == GROUP_ESTABLISHED)
    succeed (self);
  else if (state == GROUP_COLLISION)
    fail (self, g_error_new_literal (STILE_ERROR, STILE_ERROR_SETTINGS,
                                     _ ("Another device of the local network has that name already; each "
                                        "needs a name of its own")));
  else if (state == GROUP_FAILURE)
    fail (self, g_error_new_literal (STILE_ERROR, STILE_ERROR_FAILED, _ ("The Avahi daemon gave up")));
}

static void
lost (gpointer owner, const GError *error)
{
  g_autoptr (StileDnsSdAnnouncer) self = g_object_ref (owner);

  fail (self, g_error_copy (error));
}

static const StileDnsSdObjectKind group_kind = {
  .server = STILE_DNS_SD_AVAHI_SERVER,
  .method = "EntryGroupNew",
  .interface = STILE_DNS_SD_AVAHI_GROUP,
  .said = said,
  .lost = lost,
};

/* --- the way there --- */

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (StileDnsSdAnnouncer) self = g_object_ref (user_data);
  GError *error = NULL;

  (void)g_cancellable_set_error_if_cancelled (cancellable, &error);
  fail (self, error);
  return G_SOURCE_REMOVE;
}

static void
watch (StileDnsSdAnnouncer *self, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;

  self->cancelling = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelling, G_SOURCE_FUNC (cancelled_cb), self, NULL);
  g_source_attach (self->cancelling, g_main_context_get_thread_default ());
}

/* Returns: whether the answer is good and still wanted; if it is not good, that was said */
static gboolean
goes_on (StileDnsSdAnnouncer *self, GTask *task, gpointer answer, GError **error)
{
  if (self->task != task)
    return FALSE;

  if (answer == NULL)
    fail (self, g_steal_pointer (error));
  return answer != NULL;
}

static void
committed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = stile_dns_sd_avahi_call_finish (G_DBUS_CONNECTION (object), result, &error);

  /* Avahi asks the network now whether the name is free, and says by a signal what came of it. */
  goes_on (g_task_get_source_object (task), task, answer, &error);
}

static void
added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = stile_dns_sd_avahi_call_finish (G_DBUS_CONNECTION (object), result, &error);
  StileDnsSdAnnouncer *self = g_task_get_source_object (task);

  if (goes_on (self, task, answer, &error))
    stile_dns_sd_object_call (self->group, "Commit", NULL, committed_cb, g_steal_pointer (&task));
}

static void
add (StileDnsSdAnnouncer *self, GTask *task)
{
  GVariantBuilder texts;

  g_variant_builder_init (&texts, G_VARIANT_TYPE ("aay"));
  stile_dns_sd_object_call (self->group, "AddService",
                            g_variant_new ("(iiussssqaay)", STILE_DNS_SD_AVAHI_ANY, STILE_DNS_SD_AVAHI_ANY, 0,
                                           self->name, self->type, "local", "", self->port, &texts),
                            added_cb, g_object_ref (task));
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDnsSdObject) group = stile_dns_sd_object_make_finish (result, &error);
  StileDnsSdAnnouncer *self = g_task_get_source_object (task);

  if (!goes_on (self, task, group, &error))
    return;

  self->group = g_steal_pointer (&group);
  add (self, task);
}

/**
 * stile_dns_sd_announcer_announce_async:
 *
 * Announces the service.  It is done when the network left the name to us, about a second later.  It must not be
 * announced already.
 */
void
stile_dns_sd_announcer_announce_async (StileDnsSdAnnouncer *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  GError *error = NULL;

  g_return_if_fail (STILE_IS_DNS_SD_ANNOUNCER (self));
  g_return_if_fail (self->task == NULL && !self->announced);

  self->task = g_task_new (self, cancellable, callback, user_data);
  /* It is announced, or it is not: nothing in between that the answer hides. */
  g_task_set_check_cancellable (self->task, FALSE);
  g_task_set_source_tag (self->task, stile_dns_sd_announcer_announce_async);
  if (!stile_dns_sd_service_check_name (self->name, &error))
    {
      fail (self, error);
      return;
    }

  watch (self, cancellable);
  stile_dns_sd_object_make_async (self->connection, &group_kind, NULL, self, made_cb,
                                  g_object_ref (self->task));
}

/**
 * stile_dns_sd_announcer_announce_finish:
 *
 * Returns: whether it is announced.  %STILE_ERROR_SETTINGS: the name is taken, or can be none; %STILE_ERROR_UNREACHABLE:
 *   there is no Avahi daemon, or no system bus
 */
gboolean
stile_dns_sd_announcer_announce_finish (StileDnsSdAnnouncer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_dns_sd_announcer_withdraw:
 *
 * Has the network told that the service is gone.  An announcement that still goes on is cancelled.
 */
void
stile_dns_sd_announcer_withdraw (StileDnsSdAnnouncer *self)
{
  if (self->task != NULL)
    fail (self, g_error_new_literal (STILE_ERROR, STILE_ERROR_CANCELLED, _ ("It was withdrawn")));
  else
    silence (self);
}

/**
 * stile_dns_sd_announcer_is_announced:
 *
 * Returns: whether the network knows of it
 */
gboolean
stile_dns_sd_announcer_is_announced (StileDnsSdAnnouncer *self)
{
  return self->announced;
}
