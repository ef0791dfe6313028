/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-instance.h"

#include "transport/stile-dns-sd-avahi.h"

/**
 * StileDnsSdInstance:
 *
 * One name that a browser heard, by how many ways it is reached (an interface and a protocol each), and what is known of
 * the best of them.  The browser holds it as long as there is a way, and whoever asks where it is until he knows.
 */
struct _StileDnsSdInstance
{
  char *name;
  GArray *ways;               /* of StileDnsSdWay, as they came */
  StileDnsSdWay asked;        /* about where it leads, while asking */
  gboolean asking;            /* one question at a time */
  guint n_ways;               /* that there were ever: their ids */
  StileDnsSdWay known;        /* what service stands for */
  StileDnsSdService *service; /* or NULL */
};

static void
clear (gpointer data)
{
  StileDnsSdInstance *self = data;

  g_free (self->name);
  g_array_unref (self->ways);
  g_clear_object (&self->service);
}

StileDnsSdInstance *
stile_dns_sd_instance_new (const char *name)
{
  StileDnsSdInstance *self = g_rc_box_new0 (StileDnsSdInstance);

  self->name = g_strdup (name);
  self->ways = g_array_new (FALSE, TRUE, sizeof (StileDnsSdWay));

  return self;
}

StileDnsSdInstance *
stile_dns_sd_instance_ref (StileDnsSdInstance *self)
{
  return g_rc_box_acquire (self);
}

void
stile_dns_sd_instance_unref (StileDnsSdInstance *self)
{
  g_rc_box_release_full (self, clear);
}

const char *
stile_dns_sd_instance_get_name (StileDnsSdInstance *self)
{
  return self->name;
}

static StileDnsSdWay *
find (StileDnsSdInstance *self, int interface, int protocol)
{
  for (guint i = 0; i < self->ways->len; i++)
    {
      StileDnsSdWay *way = &g_array_index (self->ways, StileDnsSdWay, i);

      if (way->interface == interface && way->protocol == protocol)
        return way;
    }

  return NULL;
}

/**
 * stile_dns_sd_instance_add:
 *
 * It was found there, maybe again.
 */
void
stile_dns_sd_instance_add (StileDnsSdInstance *self, int interface, int protocol)
{
  StileDnsSdWay way = { .id = self->n_ways, .interface = interface, .protocol = protocol };

  if (find (self, interface, protocol) != NULL || self->ways->len >= STILE_DNS_SD_INSTANCE_MAX_WAYS)
    return;

  self->n_ways++;
  g_array_append_val (self->ways, way);
}

/**
 * stile_dns_sd_instance_remove:
 *
 * It is not there any more.
 */
void
stile_dns_sd_instance_remove (StileDnsSdInstance *self, int interface, int protocol)
{
  StileDnsSdWay *way = find (self, interface, protocol);

  if (way == NULL)
    return;

  if (way->id == self->known.id)
    g_clear_object (&self->service);
  g_array_remove_index (self->ways, (guint)(way - &g_array_index (self->ways, StileDnsSdWay, 0)));
}

/**
 * stile_dns_sd_instance_is_gone:
 *
 * Returns: whether no way leads there
 */
gboolean
stile_dns_sd_instance_is_gone (StileDnsSdInstance *self)
{
  return self->ways->len == 0;
}

/* IPv4 first: its addresses are the same for every program on every link, link-local ones of IPv6 are not. */
static const StileDnsSdWay *
find_best (StileDnsSdInstance *self)
{
  const StileDnsSdWay *best = NULL;

  for (guint i = 0; i < self->ways->len; i++)
    {
      const StileDnsSdWay *way = &g_array_index (self->ways, StileDnsSdWay, i);

      if (way->failures < STILE_DNS_SD_INSTANCE_MAX_TRIES &&
          (best == NULL ||
           (way->protocol == STILE_DNS_SD_AVAHI_IPV4 && best->protocol != STILE_DNS_SD_AVAHI_IPV4)))
        best = way;
    }

  return best;
}

/**
 * stile_dns_sd_instance_begin:
 *
 * Returns: (transfer none) (nullable): the way to ask about now, until stile_dns_sd_instance_end(); %NULL when somebody
 *   asks already, or the best is known
 */
const StileDnsSdWay *
stile_dns_sd_instance_begin (StileDnsSdInstance *self)
{
  const StileDnsSdWay *best = find_best (self);

  if (self->asking || best == NULL || (self->service != NULL && best->id == self->known.id))
    return NULL;

  self->asking = TRUE;
  self->asked = *best;
  return &self->asked;
}

/**
 * stile_dns_sd_instance_end:
 * @service: (nullable): where the way leads that was asked about; %NULL when nobody said
 *
 * The way may have gone meanwhile, and come back to another port: then the answer is worth nothing.
 */
void
stile_dns_sd_instance_end (StileDnsSdInstance *self, StileDnsSdService *service)
{
  StileDnsSdWay *way = find (self, self->asked.interface, self->asked.protocol);

  self->asking = FALSE;
  if (way == NULL || way->id != self->asked.id)
    return;

  if (service == NULL)
    {
      way->failures++;
      return;
    }
  self->known = *way;
  g_set_object (&self->service, service);
}

/**
 * stile_dns_sd_instance_get_service:
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
StileDnsSdService *
stile_dns_sd_instance_get_service (StileDnsSdInstance *self)
{
  return self->service;
}
