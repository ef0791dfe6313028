/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-signals.h"

/**
 * stile_signals_new:
 *
 * Returns: (transfer full): nothing is known yet
 */
StileSignals *
stile_signals_new (const char *url, const char *host, guint16 port)
{
  StileSignals *self = g_rc_box_new0 (StileSignals);

  self->url = g_strdup (url);
  self->host = g_strdup (host);
  self->port = port;
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  self->sightings = g_ptr_array_new_with_free_func (g_object_unref);
  self->trials = g_ptr_array_new_with_free_func (g_object_unref);
  self->silences = g_ptr_array_new_with_free_func (g_free);

  return self;
}

StileSignals *
stile_signals_ref (StileSignals *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  StileSignals *self = data;
  char *texts[] = { self->url,          self->host,          self->reach_detail,  self->proxy,
                    self->proxy_source, self->proxy_schemes, self->atls_detail,   self->canary_name,
                    self->clock_source, self->portal_url,    self->portal_source, self->oddity,
                    self->own_ja3 };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_ptr_array_unref (self->addresses);
  g_ptr_array_unref (self->sightings);
  g_ptr_array_unref (self->trials);
  g_ptr_array_unref (self->silences);
  g_clear_pointer (&self->service_chain, g_ptr_array_unref);
}

void
stile_signals_unref (StileSignals *self)
{
  g_rc_box_release_full (self, clear);
}

/**
 * stile_signals_set_text:
 * @field: one of @self's texts
 * @text: (nullable): what it shall be
 */
void
stile_signals_set_text (char **field, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*field);
  *field = copy;
}

/**
 * stile_signals_add_silence:
 * @check: the id of a check that did not come to its end
 * @why: a sentence
 */
void
stile_signals_add_silence (StileSignals *self, const char *check, const char *why)
{
  g_ptr_array_add (self->silences, g_strdup (check));
  g_ptr_array_add (self->silences, g_strdup (why));
}

static guint
worth (StileSighting *sighting)
{
  guint told = stile_sighting_get_authentication (sighting);

  return 2 * told + (stile_sighting_get_leaf (sighting) != NULL ? 1 : 0);
}

/**
 * stile_signals_get_best_sighting:
 *
 * Returns: (transfer none) (nullable): the connection of which most is known: what is shown first
 */
StileSighting *
stile_signals_get_best_sighting (StileSignals *self)
{
  StileSighting *best = NULL;

  for (guint i = 0; i < self->sightings->len; i++)
    {
      StileSighting *sighting = g_ptr_array_index (self->sightings, i);

      if (best == NULL || worth (sighting) > worth (best))
        best = sighting;
    }

  return best;
}
