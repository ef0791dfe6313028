/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void widget_tree_begin (int *argc, char ***argv);
GtkWidget *widget_tree_show (GtkWidget *child, int width, int height);
void widget_tree_close (GtkWidget *window);
GtkWidget *widget_tree_find_button (GtkWidget *root, const char *label);
GtkWidget *widget_tree_find_button_beginning (GtkWidget *root, const char *label);
GtkWidget *widget_tree_find_type (GtkWidget *root, GType type);
GtkWidget *widget_tree_find_action (GtkWidget *root, const char *action);
gboolean widget_tree_has_text (GtkWidget *root, const char *text);
void widget_tree_assert_says (const char *shown, const char *text);
void widget_tree_assert_spoken (GtkWidget *widget, const char *text);
GtkWidget *widget_tree_find_above (GtkWidget *window);
int widget_tree_get_minimum_width (GtkWidget *widget);

GtkWidget *widget_tree_find_row (GtkWidget *root, const char *title);
void widget_tree_expand (GtkWidget *root, const char *title);
void widget_tree_scroll_down (GtkWidget *root);
void widget_tree_shoot (const char *name);

G_END_DECLS
