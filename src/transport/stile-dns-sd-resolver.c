/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-resolver.h"

#include <glib/gi18n-lib.h>
#include <net/if.h>

#include "atls/stile-error.h"
#include "transport/stile-dns-sd-avahi.h"

/* Interface, protocol, name, type, domain, host, the address's protocol, address, port, texts, flags. */
#define ANSWER_TYPE "(iissssisqaayu)"
#define ANSWER_HOST 5
#define ANSWER_ADDRESS 7
#define ANSWER_PORT 8

/**
 * StileDnsSdResolver:
 *
 * Finds out where instances of one type are, some at once and the others when it is their turn.  A browser has one.
 */
struct _StileDnsSdResolver
{
  GObject parent_instance;

  GDBusConnection *connection;
  char *type;
  GQueue waiting; /* of GTask */
  guint running;
};

G_DEFINE_FINAL_TYPE (StileDnsSdResolver, stile_dns_sd_resolver, G_TYPE_OBJECT)

typedef struct
{
  char *name;
  int interface;
  int protocol;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->name);
  g_free (question);
}

static void
stile_dns_sd_resolver_finalize (GObject *object)
{
  StileDnsSdResolver *self = STILE_DNS_SD_RESOLVER (object);

  /* Each waiting task holds us. */
  g_assert (g_queue_is_empty (&self->waiting));
  g_object_unref (self->connection);
  g_free (self->type);

  G_OBJECT_CLASS (stile_dns_sd_resolver_parent_class)->finalize (object);
}

static void
stile_dns_sd_resolver_class_init (StileDnsSdResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_dns_sd_resolver_finalize;
}

static void
stile_dns_sd_resolver_init (StileDnsSdResolver *self)
{
  g_queue_init (&self->waiting);
}

/**
 * stile_dns_sd_resolver_new:
 * @type: of the services, such as "_brski-pledge._tcp"
 */
StileDnsSdResolver *
stile_dns_sd_resolver_new (GDBusConnection *connection, const char *type)
{
  StileDnsSdResolver *self = g_object_new (STILE_TYPE_DNS_SD_RESOLVER, NULL);

  self->connection = g_object_ref (connection);
  self->type = g_strdup (type);

  return self;
}

static gboolean
is_loopback_interface (int interface)
{
  char name[IF_NAMESIZE];

  return interface > 0 && if_indextoname ((unsigned)interface, name) != NULL && strcmp (name, "lo") == 0;
}

/* An address of IPv4 written as one of IPv6, which reaches the same: it would pass by what is said of those below. */
static gboolean
is_disguised (GInetAddress *address)
{
  static const guint8 prefix[12] = { [10] = 0xff, [11] = 0xff };

  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         memcmp (g_inet_address_to_bytes (address), prefix, sizeof prefix) == 0;
}

/* Somebody on the network who announces our own address as his would have us speak to our own services. */
static gboolean
is_usable (GInetAddress *address, int interface)
{
  return !is_disguised (address) && !g_inet_address_get_is_any (address) &&
         !g_inet_address_get_is_multicast (address) &&
         (!g_inet_address_get_is_loopback (address) || is_loopback_interface (interface));
}

static GInetAddress *
read_address (const Question *question, const char *text, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  GSocketFamily family =
      question->protocol == STILE_DNS_SD_AVAHI_IPV4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;

  if (address != NULL && g_inet_address_get_family (address) == family &&
      is_usable (address, question->interface))
    return g_steal_pointer (&address);

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("“%s” is no address of a device there"), text);
  return NULL;
}

static gboolean
check_host (const char *host, GError **error)
{
  gsize length = strlen (host);

  if (length > 0 && length <= STILE_DNS_SD_SERVICE_MAX_HOST)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
               g_dngettext (GETTEXT_PACKAGE, "The host’s name has %u character, the limit is %d",
                            "The host’s name has %u characters, the limit is %d", MIN (length, G_MAXUINT)),
               (guint)MIN (length, G_MAXUINT), STILE_DNS_SD_SERVICE_MAX_HOST);
  return FALSE;
}

/* All of it comes from whoever announced it. */
static StileDnsSdService *
read_answer (const Question *question, GVariant *answer, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;
  const char *host;
  const char *text;
  guint16 port;

  g_variant_get_child (answer, ANSWER_HOST, "&s", &host);
  g_variant_get_child (answer, ANSWER_ADDRESS, "&s", &text);
  g_variant_get_child (answer, ANSWER_PORT, "q", &port);
  if (!check_host (host, error))
    return NULL;
  if (port == 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("Port 0 was announced"));
      return NULL;
    }

  address = read_address (question, text, error);
  if (address == NULL)
    return NULL;

  return stile_dns_sd_service_new (question->name, host, address, (guint32)question->interface, port);
}

static void ask_next (StileDnsSdResolver *self);

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = stile_dns_sd_avahi_call_finish (G_DBUS_CONNECTION (object), result, &error);
  StileDnsSdResolver *self = g_task_get_source_object (task);
  const Question *question = g_task_get_task_data (task);
  StileDnsSdService *service = NULL;

  self->running--;
  ask_next (self);
  if (answer != NULL)
    service = read_answer (question, answer, &error);
  if (service != NULL)
    {
      g_task_return_pointer (task, service, g_object_unref);
      return;
    }

  g_prefix_error (&error, _ ("Asking where “%s” is: "), question->name);
  g_task_return_error (task, g_steal_pointer (&error));
}

/* Takes over @task.  Only an address of the protocol that it was found with is asked for: with it the device speaks. */
static void
ask (StileDnsSdResolver *self, GTask *task)
{
  const Question *question = g_task_get_task_data (task);

  self->running++;
  stile_dns_sd_avahi_call (self->connection, "/", STILE_DNS_SD_AVAHI_SERVER, "ResolveService",
                           g_variant_new ("(iisssiu)", question->interface, question->protocol,
                                          question->name, self->type, "local", question->protocol, 0),
                           ANSWER_TYPE, g_task_get_cancellable (task), answered_cb, task);
}

static void
ask_next (StileDnsSdResolver *self)
{
  while (self->running < STILE_DNS_SD_RESOLVER_MAX_RUNNING && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

      if (!g_task_return_error_if_cancelled (task))
        ask (self, g_steal_pointer (&task));
    }
}

/**
 * stile_dns_sd_resolver_resolve_async:
 * @name: the instance's
 * @interface: the index of the interface that it was found on
 * @protocol: %STILE_DNS_SD_AVAHI_IPV4 or %STILE_DNS_SD_AVAHI_IPV6: with which it was found
 *
 * Asks the Avahi daemon where it is, at once or when others were answered.
 */
void
stile_dns_sd_resolver_resolve_async (StileDnsSdResolver *self,
                                     const char *name,
                                     int interface,
                                     int protocol,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->name = g_strdup (name);
  question->interface = interface;
  question->protocol = protocol;
  g_task_set_source_tag (task, stile_dns_sd_resolver_resolve_async);
  g_task_set_task_data (task, question, question_free);
  g_queue_push_tail (&self->waiting, task);
  ask_next (self);
}

/**
 * stile_dns_sd_resolver_resolve_finish:
 *
 * Returns: (transfer full) (nullable): where it is
 */
StileDnsSdService *
stile_dns_sd_resolver_resolve_finish (StileDnsSdResolver *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
