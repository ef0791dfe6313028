/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-remedy.h"

#include "codec/stile-json.h"
#include "diagnosis/stile-remedy-ask.h"
#include "diagnosis/stile-remedy-case.h"
#include "diagnosis/stile-remedy-install.h"
#include "diagnosis/stile-remedy-self.h"

/**
 * StileRemedy:
 *
 * One thing that somebody can do about a verdict, with what there is to copy for it.  Switching checks off is none.
 */
struct _StileRemedy
{
  GObject parent_instance;

  char *id;
  char *audience; /* "you" or "administrator" */
  char *title;
  char *text;
  char *copy; /* or NULL */
};

G_DEFINE_FINAL_TYPE (StileRemedy, stile_remedy, G_TYPE_OBJECT)

static void
stile_remedy_finalize (GObject *object)
{
  StileRemedy *self = STILE_REMEDY (object);

  g_free (self->id);
  g_free (self->audience);
  g_free (self->title);
  g_free (self->text);
  g_free (self->copy);

  G_OBJECT_CLASS (stile_remedy_parent_class)->finalize (object);
}

static void
stile_remedy_class_init (StileRemedyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_remedy_finalize;
}

static void
stile_remedy_init (StileRemedy *self)
{
}

/**
 * stile_remedy_new:
 * @id: a word that stays the same, "install-firefox"
 * @audience: "you" or "administrator": whose it is to do
 * @title: a few words
 * @text: what to do and why
 * @copy: (nullable): a command, or a text to send
 *
 * Returns: (transfer full): a remedy
 */
StileRemedy *
stile_remedy_new (const char *id, const char *audience, const char *title, const char *text, const char *copy)
{
  StileRemedy *self = g_object_new (STILE_TYPE_REMEDY, NULL);

  self->id = g_strdup (id);
  self->audience = g_strdup (audience);
  self->title = g_strdup (title);
  self->text = g_strdup (text);
  self->copy = g_strdup (copy);

  return self;
}

/**
 * stile_remedy_new_from_variant:
 * @variant: of a report, from anybody
 *
 * Returns: (transfer full) (nullable): the remedy, or %NULL when that is none
 */
StileRemedy *
stile_remedy_new_from_variant (GVariant *variant)
{
  static const char *const members[] = { "id", "audience", "title", "text" };
  const char *values[G_N_ELEMENTS (members)];

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      values[i] = stile_json_get_string (variant, members[i]);
      if (values[i] == NULL)
        return NULL;
    }

  return stile_remedy_new (values[0], values[1], values[2], values[3],
                           stile_json_get_string (variant, "copy"));
}

/**
 * stile_remedy_to_variant:
 *
 * Returns: (transfer floating): a{sv} for a report
 */
GVariant *
stile_remedy_to_variant (StileRemedy *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (self->id));
  g_variant_builder_add (&builder, "{sv}", "audience", g_variant_new_string (self->audience));
  g_variant_builder_add (&builder, "{sv}", "title", g_variant_new_string (self->title));
  g_variant_builder_add (&builder, "{sv}", "text", g_variant_new_string (self->text));
  if (self->copy != NULL)
    g_variant_builder_add (&builder, "{sv}", "copy", g_variant_new_string (self->copy));

  return g_variant_builder_end (&builder);
}

const char *
stile_remedy_get_id (StileRemedy *self)
{
  return self->id;
}

/**
 * stile_remedy_get_audience:
 *
 * Returns: (transfer none): "you" or "administrator"
 */
const char *
stile_remedy_get_audience (StileRemedy *self)
{
  return self->audience;
}

const char *
stile_remedy_get_title (StileRemedy *self)
{
  return self->title;
}

const char *
stile_remedy_get_text (StileRemedy *self)
{
  return self->text;
}

/**
 * stile_remedy_get_copy:
 *
 * Returns: (transfer none) (nullable): a command for a shell, or a text to send to somebody
 */
const char *
stile_remedy_get_copy (StileRemedy *self)
{
  return self->copy;
}

/**
 * stile_remedy_list:
 *
 * Returns: (transfer full) (element-type StileRemedy): what can be done, the most useful first; nothing where nothing needs to
 *   be
 */
GPtrArray *
stile_remedy_list (StileSignals *signals, StileVerdict *verdict)
{
  StileRemedyCase self = { signals, verdict, g_ptr_array_new_with_free_func (g_object_unref) };

  stile_remedy_self_add_first (&self);
  stile_remedy_install_add (&self);
  stile_remedy_self_add_last (&self);
  stile_remedy_ask_add (&self);

  return self.remedies;
}
