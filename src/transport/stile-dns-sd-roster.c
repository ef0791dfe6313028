/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-roster.h"

#include "atls/stile-error.h"
#include "transport/stile-dns-sd-instance.h"
#include "transport/stile-dns-sd-resolver.h"

/**
 * StileDnsSdRoster:
 *
 * Who was heard, by which ways, and where they are: it asks for that, and keeps a list of those of whom it is known.  A
 * browser has one for each run.
 */
struct _StileDnsSdRoster
{
  GObject parent_instance;

  GListStore *services;  /* of StileDnsSdService: the browser's */
  GHashTable *instances; /* name → StileDnsSdInstance */
  GHashTable *shown;     /* name → StileDnsSdService: which of the list is that name's */
  StileDnsSdResolver *resolver;
  GCancellable *run;
  guint asking; /* instances whose place is being found out */
  gboolean full;
};

G_DEFINE_FINAL_TYPE (StileDnsSdRoster, stile_dns_sd_roster, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_dns_sd_roster_dispose (GObject *object)
{
  StileDnsSdRoster *self = STILE_DNS_SD_ROSTER (object);

  g_cancellable_cancel (self->run);

  G_OBJECT_CLASS (stile_dns_sd_roster_parent_class)->dispose (object);
}

static void
stile_dns_sd_roster_finalize (GObject *object)
{
  StileDnsSdRoster *self = STILE_DNS_SD_ROSTER (object);

  g_object_unref (self->services);
  g_hash_table_unref (self->instances);
  g_hash_table_unref (self->shown);
  g_object_unref (self->resolver);
  g_object_unref (self->run);

  G_OBJECT_CLASS (stile_dns_sd_roster_parent_class)->finalize (object);
}

static void
stile_dns_sd_roster_class_init (StileDnsSdRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_dns_sd_roster_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_dns_sd_roster_finalize;

  /* Whether it is asking, or is full, may have changed. */
  signals[CHANGED] = g_signal_new ("changed", STILE_TYPE_DNS_SD_ROSTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
stile_dns_sd_roster_init (StileDnsSdRoster *self)
{
  self->run = g_cancellable_new ();
  self->instances =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)stile_dns_sd_instance_unref);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * stile_dns_sd_roster_new:
 * @services: empty, and nobody else's to fill
 * @connection: a bus with an Avahi daemon
 * @type: of the services
 */
StileDnsSdRoster *
stile_dns_sd_roster_new (GListStore *services, GDBusConnection *connection, const char *type)
{
  StileDnsSdRoster *self = g_object_new (STILE_TYPE_DNS_SD_ROSTER, NULL);

  self->services = g_object_ref (services);
  self->resolver = stile_dns_sd_resolver_new (connection, type);

  return self;
}

static void
show (StileDnsSdRoster *self, const char *name, StileDnsSdService *service)
{
  StileDnsSdService *before = g_hash_table_lookup (self->shown, name);
  guint position = g_list_model_get_n_items (G_LIST_MODEL (self->services));

  if (before == service)
    return;

  if (before != NULL)
    g_list_store_find (self->services, before, &position);
  if (service != NULL)
    g_hash_table_insert (self->shown, g_strdup (name), service);
  else
    g_hash_table_remove (self->shown, name);
  g_list_store_splice (self->services, position, before != NULL ? 1 : 0, (gpointer *)&service,
                       service != NULL ? 1 : 0);
}

typedef struct
{
  StileDnsSdRoster *roster; /* no-ref: the run is cancelled before it goes */
  StileDnsSdInstance *instance;
} Asking;

static void find_place (StileDnsSdRoster *self, StileDnsSdInstance *instance);

static void
place_found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asking *asking = user_data;
  g_autoptr (StileDnsSdInstance) instance = asking->instance;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileDnsSdService) service =
      stile_dns_sd_resolver_resolve_finish (STILE_DNS_SD_RESOLVER (object), result, &error);
  g_autoptr (StileDnsSdRoster) self = NULL;

  if (stile_error_is_cancelled (error))
    return;

  if (error != NULL)
    g_debug ("%s", error->message);
  self = g_object_ref (asking->roster);
  self->asking--;
  stile_dns_sd_instance_end (instance, service);
  find_place (self, instance);
}

/* Shows what is known of an instance, and asks for what is not.  Another may have its name by now. */
static void
find_place (StileDnsSdRoster *self, StileDnsSdInstance *instance)
{
  const char *name = stile_dns_sd_instance_get_name (instance);
  gboolean is_current = g_hash_table_lookup (self->instances, name) == instance;
  const StileDnsSdWay *way = is_current ? stile_dns_sd_instance_begin (instance) : NULL;

  if (way != NULL)
    {
      Asking *asking = g_new0 (Asking, 1);

      asking->roster = self;
      asking->instance = stile_dns_sd_instance_ref (instance);
      self->asking++;
      stile_dns_sd_resolver_resolve_async (self->resolver, name, way->interface, way->protocol, self->run,
                                           place_found_cb, asking);
    }
  if (is_current)
    show (self, name, stile_dns_sd_instance_get_service (instance));
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * stile_dns_sd_roster_add:
 * @name: which stile_dns_sd_service_check_name() has let pass
 *
 * Somebody was heard there, maybe again.
 */
void
stile_dns_sd_roster_add (StileDnsSdRoster *self, const char *name, int interface, int protocol)
{
  g_autoptr (StileDnsSdRoster) kept = g_object_ref (self);
  StileDnsSdInstance *instance = g_hash_table_lookup (self->instances, name);

  if (instance == NULL && g_hash_table_size (self->instances) >= STILE_DNS_SD_ROSTER_MAX_SERVICES)
    {
      self->full = TRUE;
      g_signal_emit (self, signals[CHANGED], 0);
      return;
    }

  if (instance == NULL)
    {
      instance = stile_dns_sd_instance_new (name);
      g_hash_table_insert (self->instances, g_strdup (name), instance);
    }
  stile_dns_sd_instance_add (instance, interface, protocol);
  find_place (self, instance);
}

/**
 * stile_dns_sd_roster_remove:
 *
 * Somebody is not there any more.
 */
void
stile_dns_sd_roster_remove (StileDnsSdRoster *self, const char *name, int interface, int protocol)
{
  g_autoptr (StileDnsSdRoster) kept = g_object_ref (self);
  StileDnsSdInstance *instance = g_hash_table_lookup (self->instances, name);

  if (instance == NULL)
    return;

  stile_dns_sd_instance_remove (instance, interface, protocol);
  if (!stile_dns_sd_instance_is_gone (instance))
    {
      find_place (self, instance);
      return;
    }
  g_hash_table_remove (self->instances, name);
  show (self, name, NULL);
}

/**
 * stile_dns_sd_roster_close:
 *
 * Asks no more, and empties the list.  Nothing may be added after that.
 */
void
stile_dns_sd_roster_close (StileDnsSdRoster *self)
{
  g_cancellable_cancel (self->run);
  g_hash_table_remove_all (self->instances);
  g_hash_table_remove_all (self->shown);
  /* It would announce a change where there is none. */
  if (g_list_model_get_n_items (G_LIST_MODEL (self->services)) > 0)
    g_list_store_remove_all (self->services);
}

/**
 * stile_dns_sd_roster_is_asking:
 *
 * Returns: whether it is not known yet where somebody is, and may be soon
 */
gboolean
stile_dns_sd_roster_is_asking (StileDnsSdRoster *self)
{
  return self->asking > 0;
}

/**
 * stile_dns_sd_roster_is_full:
 *
 * Returns: whether somebody was left out
 */
gboolean
stile_dns_sd_roster_is_full (StileDnsSdRoster *self)
{
  return self->full;
}
