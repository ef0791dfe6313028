/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-path-text.h"

#include <glib/gi18n-lib.h>

/* A line beside the hops that a session passes, and the marks at its ends. */
static const char *
mark_session (StilePath *self, guint index)
{
  if (stile_path_get_session (self) != STILE_PATH_SESSION_ESTABLISHED)
    return " ";
  if (index == 0)
    return "╔";

  return index + 1 == stile_path_get_n_hops (self) ? "╚" : "║";
}

static const char *
draw_leg (StileCertainty certainty)
{
  switch (certainty)
    {
    case STILE_CERTAINTY_PROVEN:
      return "│";
    case STILE_CERTAINTY_LIKELY:
      return "╎";
    case STILE_CERTAINTY_UNKNOWN:
    default:
      return "┊";
    }
}

static void
append_hop (GString *text, StilePath *self, guint index)
{
  const StileHop *hop = stile_path_get_hop (self, index);

  g_string_append_printf (text, "  %s %s %s: %s", mark_session (self, index),
                          hop->trust == STILE_HOP_BAD ? "✗" : "●", hop->name, hop->what);
  if (hop->trust_word != NULL)
    g_string_append_printf (text, " (%s)", hop->trust_word);
  g_string_append_c (text, '\n');
}

static void
append_leg (GString *text, StilePath *self, guint index)
{
  const StileLeg *leg = stile_path_get_leg (self, index);
  const char *session = stile_path_get_session (self) == STILE_PATH_SESSION_ESTABLISHED ? "║" : " ";

  g_string_append_printf (text, "  %s %s   ", session, draw_leg (leg->certainty));
  for (guint i = 0; i < leg->layers->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            (const char *)g_ptr_array_index (leg->layers, i));
  g_string_append_c (text, '\n');
  for (guint i = 0; i < leg->changed->len; i++)
    g_string_append_printf (text, "  %s %s   ✗ %s\n", session, draw_leg (leg->certainty),
                            (const char *)g_ptr_array_index (leg->changed, i));
}

static const char *
describe_session (StilePathSession session)
{
  switch (session)
    {
    case STILE_PATH_SESSION_ESTABLISHED:
      return _ ("Secure session from end to end (ATLS)");
    case STILE_PATH_SESSION_PLANNED:
      return _ ("Next: a secure session from end to end (ATLS)");
    case STILE_PATH_SESSION_FAILED:
      return _ ("No secure session from end to end came up");
    case STILE_PATH_SESSION_NONE:
    default:
      return NULL;
    }
}

/**
 * stile_path_text_write:
 *
 * Returns: (transfer full): a drawing for a terminal, one hop below the other
 */
char *
stile_path_text_write (StilePath *self)
{
  GString *text = g_string_new (NULL);
  const char *session = describe_session (stile_path_get_session (self));

  for (guint i = 0; i < stile_path_get_n_hops (self); i++)
    {
      append_hop (text, self, i);
      if (i + 1 < stile_path_get_n_hops (self))
        append_leg (text, self, i);
    }
  if (session != NULL)
    g_string_append_printf (text, "  %s %s\n",
                            stile_path_get_session (self) == STILE_PATH_SESSION_ESTABLISHED ? "══" : "  ",
                            session);

  return g_string_free (text, FALSE);
}
