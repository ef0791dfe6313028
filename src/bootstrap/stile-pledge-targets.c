/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge-targets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pledge.h"

/* BRSKI-Cloud section 3.1. */
#define TEMPORARY_REDIRECT 307

struct _StilePledgeTargets
{
  GPtrArray *given; /* of StilePledgeTarget */
  GQueue waiting;   /* of StilePledgeTarget */
  GHashTable *seen; /* of origin: asked since the last given one */
  StilePledgeTarget *current;
};

static void
target_free (gpointer data)
{
  StilePledgeTarget *target = data;

  g_free (target->url);
  g_free (target);
}

static StilePledgeTarget *
target_new (const char *url, StilePledgeTargetKind kind, guint hops)
{
  StilePledgeTarget *target = g_new0 (StilePledgeTarget, 1);

  target->url = g_strdup (url);
  target->kind = kind;
  target->hops = hops;

  return target;
}

StilePledgeTargets *
stile_pledge_targets_new (void)
{
  StilePledgeTargets *self = g_new0 (StilePledgeTargets, 1);

  self->given = g_ptr_array_new_with_free_func (target_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->waiting);

  return self;
}

void
stile_pledge_targets_free (StilePledgeTargets *self)
{
  g_queue_clear_full (&self->waiting, target_free);
  g_clear_pointer (&self->current, target_free);
  g_ptr_array_unref (self->given);
  g_hash_table_unref (self->seen);
  g_free (self);
}

/**
 * stile_pledge_targets_add:
 *
 * One more registrar, to be tried after those before it.
 */
void
stile_pledge_targets_add (StilePledgeTargets *self, const char *url, StilePledgeTargetKind kind)
{
  g_ptr_array_add (self->given, target_new (url, kind, 0));
  g_queue_push_tail (&self->waiting, target_new (url, kind, 0));
}

/**
 * stile_pledge_targets_begin_round:
 *
 * All that were given are to be tried again.
 */
void
stile_pledge_targets_begin_round (StilePledgeTargets *self)
{
  g_queue_clear_full (&self->waiting, target_free);
  for (guint i = 0; i < self->given->len; i++)
    {
      const StilePledgeTarget *target = g_ptr_array_index (self->given, i);

      g_queue_push_tail (&self->waiting, target_new (target->url, target->kind, 0));
    }
}

/* GUri decodes hosts, and "a%2Fb" must not become another address when it is printed. */
static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' &&
         host[strspn (host, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._:")] == '\0';
}

static char *
origin_of (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  g_autofree char *host = NULL;
  int port;

  if (uri == NULL || !is_host (g_uri_get_host (uri)))
    return NULL;

  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  port = g_uri_get_port (uri);
  if (port == -1 || (port == 443 && strcmp (scheme, "https") == 0))
    return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]" : "%s://%s", scheme, host);

  return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", scheme, host, port);
}

/**
 * stile_pledge_targets_next:
 *
 * Returns: (transfer none) (nullable): whom to try now; %NULL when nobody is left in this round
 */
const StilePledgeTarget *
stile_pledge_targets_next (StilePledgeTargets *self)
{
  StilePledgeTarget *next = g_queue_pop_head (&self->waiting);
  char *origin;

  if (next == NULL)
    return NULL;

  g_clear_pointer (&self->current, target_free);
  self->current = next;
  if (self->current->hops == 0)
    g_hash_table_remove_all (self->seen);
  origin = origin_of (self->current->url);
  if (origin != NULL)
    g_hash_table_add (self->seen, origin);

  return self->current;
}

/**
 * stile_pledge_targets_get_current:
 *
 * Returns: (transfer none) (nullable): who is tried, or was tried last
 */
const StilePledgeTarget *
stile_pledge_targets_get_current (StilePledgeTargets *self)
{
  return self->current;
}

/**
 * stile_pledge_targets_get_n:
 *
 * Returns: how many were given
 */
guint
stile_pledge_targets_get_n (StilePledgeTargets *self)
{
  return self->given->len;
}

/**
 * stile_pledge_targets_settle:
 * @kind: what the current one has turned out to be
 */
void
stile_pledge_targets_settle (StilePledgeTargets *self, StilePledgeTargetKind kind)
{
  self->current->kind = kind;
}

static gboolean
refuse (GError **error, const char *id, const char *reason, const char *location)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED, "%s: %s: %.200s", id, reason, location);
  return FALSE;
}

/* Where an owner's registrar sends us it may do so once; a cloud registrar more often when it says 307, and never in a
 * circle (BOOTSTRAP P4, P23). */
static gboolean
check_hop (StilePledgeTargets *self, guint status, const char *origin, const char *location, GError **error)
{
  gboolean cloud = self->current->kind == STILE_PLEDGE_TARGET_CLOUD && status == TEMPORARY_REDIRECT;

  if (!g_str_has_prefix (location, "https://"))
    return refuse (error, "P4", _ ("The registrar sends this computer to no https address"), location);
  if (g_hash_table_contains (self->seen, origin))
    return refuse (error, cloud ? "P23" : "P4", _ ("The registrar sends this computer where it has been"),
                   location);
  if (!cloud && self->current->hops > 0)
    return refuse (error, "P4", _ ("The registrar sends this computer on a second time"), location);
  if (self->current->hops >= STILE_PLEDGE_MAX_CLOUD_HOPS)
    return refuse (error, "P23", _ ("Registrars send this computer on and on"), location);

  return TRUE;
}

/**
 * stile_pledge_targets_follow:
 * @status: what the current one answered
 * @location: and where it sends us
 * @error: %STILE_ERROR_REFUSED
 *
 * Puts the place that the current registrar names in front of the others.
 */
gboolean
stile_pledge_targets_follow (StilePledgeTargets *self, guint status, const char *location, GError **error)
{
  gboolean cloud = self->current->kind == STILE_PLEDGE_TARGET_CLOUD;
  g_autofree char *origin = origin_of (location);

  if (origin == NULL)
    return refuse (error, "P4", _ ("The registrar sends this computer to what is no address"), location);
  if (!check_hop (self, status, origin, location, error))
    return FALSE;

  g_queue_push_head (&self->waiting,
                     target_new (origin, cloud ? STILE_PLEDGE_TARGET_FOUND : STILE_PLEDGE_TARGET_REGISTRAR,
                                 self->current->hops + 1));
  return TRUE;
}
