/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-speech.h"

#include <adwaita.h>

/*
 * What a screen reader is told of the platform's own widgets, where GTK 4.8 and libadwaita 1.2 leave something out: what stands
 * below a row's title, what is chosen in a row or a drop-down, and that an entry in a row is there at all.
 */

#define COMPLETE "stile-speech-complete"
#define FIRST_MINOR_WITH_ENTRIES 10 /* from there on, an entry row speaks for the text in it */

/* In place of what the platform has taken for its name: else both are read, and from GTK 4.14 on only that. */
void
stile_speech_set_name (GtkWidget *widget, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* @text: (nullable): what a screen reader says after the name of @widget */
void
stile_speech_set_description (GtkWidget *widget, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : "", -1);
}

/* Sentences are read with a pause between them. */
static void
describe (GtkWidget *widget, const char *first, const char *second)
{
  gboolean both = first != NULL && *first != '\0' && second != NULL && *second != '\0';
  g_autofree char *text = g_strconcat (first != NULL ? first : "", both ? "\n" : "", second, NULL);

  stile_speech_set_description (widget, text);
}

static char *
get_plain (const char *subtitle)
{
  char *plain = NULL;

  if (subtitle == NULL || !pango_parse_markup (subtitle, -1, 0, NULL, &plain, NULL, NULL))
    return g_strdup (subtitle);

  return plain;
}

/* --- rows --- */

static void
show_action_row (GtkWidget *row)
{
  g_autofree char *subtitle = get_plain (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)));

  const char *tooltip = gtk_widget_get_tooltip_text (row);

  describe (row, subtitle, g_strcmp0 (subtitle, tooltip) != 0 ? tooltip : NULL);
}

static void
show_expander_row (GtkWidget *row)
{
  g_autofree char *subtitle = get_plain (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)));

  stile_speech_set_description (row, subtitle);
}

static const char *
get_string (gpointer item)
{
  return GTK_IS_STRING_OBJECT (item) ? gtk_string_object_get_string (item) : NULL;
}

static void
show_combo_row (GtkWidget *row)
{
  g_autofree char *subtitle = get_plain (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)));

  const char *chosen = get_string (adw_combo_row_get_selected_item (ADW_COMBO_ROW (row)));

  /* It is cut where there is no room.  GTK makes the description of a tooltip, so that comes first. */
  gtk_widget_set_tooltip_text (row, chosen);
  describe (row, chosen, subtitle);
}

/* The row has no role that could be focused; the text in it has none at all. */
static void
show_entry_row (GtkWidget *row)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));

  gtk_widget_set_tooltip_text (row, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  stile_speech_set_description (row, NULL);
  if (text == NULL)
    return;

  stile_speech_set_name (GTK_WIDGET (text), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
}

static void
give_entry_role (GtkWidget *row)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));

  if (gtk_get_minor_version () < FIRST_MINOR_WITH_ENTRIES && text != NULL)
    g_object_set (text, "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX, NULL);
}

/* --- rows with nothing but text --- */

static void
collect_texts (GtkWidget *widget, GString *text)
{
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && !GTK_IS_BUTTON (child))
      collect_texts (child, text);
}

static void
show_plain_row (GtkWidget *row)
{
  g_autoptr (GString) text = g_string_new (NULL);

  collect_texts (row, text);
  if (text->len > 0)
    stile_speech_set_name (row, text->str);
}

static void
follow_texts (GtkWidget *widget, GtkWidget *row)
{
  if (GTK_IS_LABEL (widget))
    g_signal_connect_object (widget, "notify::label", G_CALLBACK (show_plain_row), row, G_CONNECT_SWAPPED);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    follow_texts (child, row);
}

/* --- what is chosen --- */

/* The button in it takes the focus. */
static void
show_drop_down (GtkWidget *drop_down)
{
  GtkWidget *button = gtk_widget_get_first_child (drop_down);
  const char *name = gtk_widget_get_tooltip_text (drop_down);
  const char *chosen = get_string (gtk_drop_down_get_selected_item (GTK_DROP_DOWN (drop_down)));

  stile_speech_set_name (button, chosen != NULL ? chosen : "");
  stile_speech_set_description (button, name);
}

/* --- all of them --- */

static void
follow (GtkWidget *widget, const char *signal, void (*show) (GtkWidget *widget))
{
  g_signal_connect (widget, signal, G_CALLBACK (show), NULL);
  show (widget);
}

static void
complete_row (GtkWidget *widget)
{
  g_object_set_data (G_OBJECT (widget), COMPLETE, GINT_TO_POINTER (TRUE));
  if (ADW_IS_COMBO_ROW (widget))
    {
      follow (widget, "notify::selected-item", show_combo_row);
      follow (widget, "notify::subtitle", show_combo_row);
    }
  else if (ADW_IS_ENTRY_ROW (widget))
    {
      give_entry_role (widget);
      follow (widget, "notify::title", show_entry_row);
    }
  else if (ADW_IS_EXPANDER_ROW (widget))
    follow (widget, "notify::subtitle", show_expander_row);
  else if (ADW_IS_ACTION_ROW (widget))
    follow (widget, "notify::subtitle", show_action_row);
  else if (GTK_IS_LIST_BOX_ROW (widget))
    {
      follow_texts (widget, widget);
      show_plain_row (widget);
    }
}

/**
 * stile_speech_complete:
 * @widget: just made, with everything in it
 *
 * Follows the rows and drop-downs in it from now on.
 */
void
stile_speech_complete (GtkWidget *widget)
{
  if (g_object_get_data (G_OBJECT (widget), COMPLETE) == NULL)
    complete_row (widget);
  if (GTK_IS_DROP_DOWN (widget))
    {
      follow (widget, "notify::selected-item", show_drop_down);
      follow (widget, "notify::tooltip-text", show_drop_down);
      return;
    }

  /* What is in a row is the row's. */
  if (GTK_IS_LIST_BOX_ROW (widget) && !ADW_IS_EXPANDER_ROW (widget))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    stile_speech_complete (child);
}

/**
 * stile_speech_make_mark:
 * @icon_name: (nullable): what says the same as a word beside it
 *
 * Returns: (transfer floating): a picture that is passed over
 */
GtkWidget *
stile_speech_make_mark (const char *icon_name)
{
  return g_object_new (GTK_TYPE_IMAGE, "icon-name", icon_name, "accessible-role",
                       GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}
