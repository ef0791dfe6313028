/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The pages of docs/ that people read, in the order of the list of contents. */
typedef struct
{
  const char *file;  /* without ".md"; what links and F1 call it */
  const char *title; /* to be translated */
  const char *about; /* to be translated */
} StileHelpTopic;

const StileHelpTopic *stile_help_topic_list (gsize *count);

void stile_help_topic_set (GtkWidget *widget, const char *topic);
const char *stile_help_topic_find (GtkWidget *widget);
GBytes *stile_help_topic_read (const char *file);

G_END_DECLS
