/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-browser.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "transport/stile-dns-sd-avahi.h"
#include "transport/stile-dns-sd-object.h"
#include "transport/stile-dns-sd-roster.h"

/* Interface, protocol, name, type, domain, flags: of ItemNew and ItemRemove. */
#define ITEM_TYPE "(iisssu)"

/**
 * StileDnsSdBrowser:
 *
 * A list of the #StileDnsSdService that announce themselves on the local network now, one for each name, as the Avahi
 * daemon hears them.  What is listed is what somebody said: who it is, a voucher has to prove.
 *
 * A service whose address changes without a word stays as it was; one that goes and comes back is another item.
 */
struct _StileDnsSdBrowser
{
  GObject parent_instance;

  GDBusConnection *connection; /* or NULL: the system's bus */
  char *type;
  GListStore *services;

  GTask *task;              /* starts, or NULL; it holds us until it ends */
  GSource *cancelling;      /* of its cancellable, or NULL */
  StileDnsSdObject *object; /* Avahi's browser, or NULL */
  StileDnsSdRoster *roster; /* with it */
  gboolean all_heard;       /* AllForNow */
  gboolean settled;
  gboolean full;
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileDnsSdBrowser,
                               stile_dns_sd_browser,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum
{
  PROP_SETTLED = 1,
  PROP_FULL,
  N_PROPS,
};

enum
{
  FAILED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return STILE_TYPE_DNS_SD_SERVICE;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (STILE_DNS_SD_BROWSER (model)->services));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (STILE_DNS_SD_BROWSER (model)->services), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* The store is ours: nobody else has it, so its signal ends with us. */
static void
services_changed_cb (StileDnsSdBrowser *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
update_state (StileDnsSdBrowser *self)
{
  gboolean settled = self->all_heard && !stile_dns_sd_roster_is_asking (self->roster);
  gboolean full = self->roster != NULL && stile_dns_sd_roster_is_full (self->roster);
  gboolean was_settled = self->settled;
  gboolean was_full = self->full;

  self->settled = settled;
  self->full = full;
  if (settled != was_settled)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SETTLED]);
  if (full != was_full)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FULL]);
}

/* --- what Avahi says --- */

/* The name is what somebody on the network chose. */
static void
take_item (StileDnsSdBrowser *self, gboolean came, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  const char *name;
  int interface, protocol;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE (ITEM_TYPE)))
    return;

  g_variant_get (arguments, "(ii&s&s&su)", &interface, &protocol, &name, NULL, NULL, NULL);
  if (!stile_dns_sd_service_check_name (name, &error))
    g_debug ("A service is ignored: %s", error->message);
  else if (protocol != STILE_DNS_SD_AVAHI_IPV4 && protocol != STILE_DNS_SD_AVAHI_IPV6)
    g_debug ("“%s” is ignored: protocol %d", name, protocol);
  else if (came)
    stile_dns_sd_roster_add (self->roster, name, interface, protocol);
  else
    stile_dns_sd_roster_remove (self->roster, name, interface, protocol);
}

/* Returns: (transfer full): the task, which is not ours any more */
static GTask *
take_task (StileDnsSdBrowser *self)
{
  if (self->cancelling != NULL)
    g_source_destroy (self->cancelling);
  g_clear_pointer (&self->cancelling, g_source_unref);

  return g_steal_pointer (&self->task);
}

static void
clear (StileDnsSdBrowser *self)
{
  g_autoptr (StileDnsSdRoster) roster = g_steal_pointer (&self->roster);

  g_clear_pointer (&self->object, stile_dns_sd_object_free);
  self->all_heard = FALSE;
  if (roster != NULL)
    {
      g_signal_handlers_disconnect_by_data (roster, self);
      stile_dns_sd_roster_close (roster);
    }
  update_state (self);
}

/* Takes over @error. */
static void
fail (StileDnsSdBrowser *self, GError *error)
{
  g_autoptr (GTask) task = take_task (self);

  clear (self);
  g_prefix_error (&error, "%s: ", _ ("Looking for devices"));
  stile_error_convert (&error, STILE_ERROR_FAILED);
  if (task != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_signal_emit (self, signals[FAILED], 0, error);
  g_error_free (error);
}

static void
said (gpointer owner, const char *signal, GVariant *arguments)
{
  g_autoptr (StileDnsSdBrowser) self = g_object_ref (owner);

  if (strcmp (signal, "ItemNew") == 0 || strcmp (signal, "ItemRemove") == 0)
    {
      take_item (self, strcmp (signal, "ItemNew") == 0, arguments);
    }
  else if (strcmp (signal, "AllForNow") == 0)
    {
      self->all_heard = TRUE;
      update_state (self);
    }
  else if (strcmp (signal, "Failure") == 0)
    {
      fail (self, g_error_new_literal (STILE_ERROR, STILE_ERROR_FAILED, _ ("The Avahi daemon gave up")));
    }
}

static void
lost (gpointer owner, const GError *error)
{
  g_autoptr (StileDnsSdBrowser) self = g_object_ref (owner);

  fail (self, g_error_copy (error));
}

/* Not ServiceBrowserNew: that begins before it tells which path its signals will have. */
static const StileDnsSdObjectKind browser_kind = {
  .server = STILE_DNS_SD_AVAHI_SERVER2,
  .method = "ServiceBrowserPrepare",
  .interface = STILE_DNS_SD_AVAHI_BROWSER,
  .said = said,
  .lost = lost,
};

/* --- the object --- */

static void
stile_dns_sd_browser_dispose (GObject *object)
{
  StileDnsSdBrowser *self = STILE_DNS_SD_BROWSER (object);

  stile_dns_sd_browser_stop (self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (stile_dns_sd_browser_parent_class)->dispose (object);
}

static void
stile_dns_sd_browser_finalize (GObject *object)
{
  StileDnsSdBrowser *self = STILE_DNS_SD_BROWSER (object);

  g_object_unref (self->services);
  g_free (self->type);

  G_OBJECT_CLASS (stile_dns_sd_browser_parent_class)->finalize (object);
}

static void
stile_dns_sd_browser_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileDnsSdBrowser *self = STILE_DNS_SD_BROWSER (object);

  g_value_set_boolean (value, id == PROP_SETTLED ? self->settled : self->full);
}

static void
stile_dns_sd_browser_class_init (StileDnsSdBrowserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = stile_dns_sd_browser_dispose;
  object_class->finalize = stile_dns_sd_browser_finalize;
  object_class->get_property = stile_dns_sd_browser_get_property;
  props[PROP_SETTLED] = g_param_spec_boolean ("settled", NULL, NULL, FALSE, flags);
  props[PROP_FULL] = g_param_spec_boolean ("full", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * StileDnsSdBrowser::failed:
   * @error: why
   *
   * The search has ended by itself, and the list is empty; it may be started again.
   */
  signals[FAILED] = g_signal_new ("failed", STILE_TYPE_DNS_SD_BROWSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
stile_dns_sd_browser_init (StileDnsSdBrowser *self)
{
  self->services = g_list_store_new (STILE_TYPE_DNS_SD_SERVICE);
  g_signal_connect_swapped (self->services, "items-changed", G_CALLBACK (services_changed_cb), self);
}

/**
 * stile_dns_sd_browser_new:
 * @connection: (nullable): a bus with an Avahi daemon; %NULL for the system's
 * @type: what to look for, such as %STILE_DNS_SD_BROWSER_PLEDGES
 */
StileDnsSdBrowser *
stile_dns_sd_browser_new (GDBusConnection *connection, const char *type)
{
  StileDnsSdBrowser *self = g_object_new (STILE_TYPE_DNS_SD_BROWSER, NULL);

  g_set_object (&self->connection, connection);
  self->type = g_strdup (type);

  return self;
}

/* --- start and stop --- */

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (StileDnsSdBrowser) self = g_object_ref (user_data);
  GError *error = NULL;

  (void)g_cancellable_set_error_if_cancelled (cancellable, &error);
  fail (self, error);
  return G_SOURCE_REMOVE;
}

static void
watch (StileDnsSdBrowser *self, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;

  self->cancelling = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelling, G_SOURCE_FUNC (cancelled_cb), self, NULL);
  g_source_attach (self->cancelling, g_main_context_get_thread_default ());
}

/* Returns: whether the answer is good and still wanted; if it is not good, that was said */
static gboolean
goes_on (StileDnsSdBrowser *self, GTask *task, gpointer answer, GError **error)
{
  if (self->task != task)
    return FALSE;

  if (answer == NULL)
    fail (self, g_steal_pointer (error));
  return answer != NULL;
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTask) own = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = stile_dns_sd_avahi_call_finish (G_DBUS_CONNECTION (object), result, &error);
  StileDnsSdBrowser *self = g_task_get_source_object (task);

  if (!goes_on (self, task, answer, &error))
    return;

  own = take_task (self);
  g_task_return_boolean (own, TRUE);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDnsSdObject) made = stile_dns_sd_object_make_finish (result, &error);
  StileDnsSdBrowser *self = g_task_get_source_object (task);

  if (!goes_on (self, task, made, &error))
    return;

  self->roster =
      stile_dns_sd_roster_new (self->services, stile_dns_sd_object_get_connection (made), self->type);
  g_signal_connect_swapped (self->roster, "changed", G_CALLBACK (update_state), self);
  self->object = g_steal_pointer (&made);
  stile_dns_sd_object_call (self->object, "Start", NULL, started_cb, g_steal_pointer (&task));
}

/**
 * stile_dns_sd_browser_start_async:
 *
 * Begins to look for services; the list fills from now on.  It must not be running.
 */
void
stile_dns_sd_browser_start_async (StileDnsSdBrowser *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (STILE_IS_DNS_SD_BROWSER (self));
  g_return_if_fail (self->task == NULL && self->object == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  /* It runs, or it does not: nothing in between that the answer hides. */
  g_task_set_check_cancellable (self->task, FALSE);
  g_task_set_source_tag (self->task, stile_dns_sd_browser_start_async);
  watch (self, cancellable);
  stile_dns_sd_object_make_async (
      self->connection, &browser_kind,
      g_variant_new ("(iissu)", STILE_DNS_SD_AVAHI_ANY, STILE_DNS_SD_AVAHI_ANY, self->type, "local", 0), self,
      made_cb, g_object_ref (self->task));
}

/**
 * stile_dns_sd_browser_start_finish:
 *
 * Returns: whether it looks for services now.  %STILE_ERROR_UNREACHABLE: there is no Avahi daemon, or no system bus
 */
gboolean
stile_dns_sd_browser_start_finish (StileDnsSdBrowser *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * stile_dns_sd_browser_stop:
 *
 * Looks no more, and the list is empty.  A start that still goes on is cancelled.
 */
void
stile_dns_sd_browser_stop (StileDnsSdBrowser *self)
{
  if (self->task != NULL)
    fail (self, g_error_new_literal (STILE_ERROR, STILE_ERROR_CANCELLED, _ ("It was stopped")));
  else
    clear (self);
}

/**
 * stile_dns_sd_browser_is_settled:
 *
 * Returns: whether everybody had time to answer and the list has whoever did; more may come
 */
gboolean
stile_dns_sd_browser_is_settled (StileDnsSdBrowser *self)
{
  return self->settled;
}

/**
 * stile_dns_sd_browser_is_full:
 *
 * Returns: whether some were left out, because there are more than %STILE_DNS_SD_ROSTER_MAX_SERVICES
 */
gboolean
stile_dns_sd_browser_is_full (StileDnsSdBrowser *self)
{
  return self->full;
}
