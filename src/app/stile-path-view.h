/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/stile-path-box.h"
#include "atls/stile-observation.h"

G_BEGIN_DECLS

/**
 * StilePathSession:
 * @STILE_PATH_SESSION_NONE: no session of its own goes from end to end
 * @STILE_PATH_SESSION_PLANNED: one is to be
 * @STILE_PATH_SESSION_ESTABLISHED: it is up, and the service is who it must be
 */
typedef enum
{
  STILE_PATH_SESSION_NONE,
  STILE_PATH_SESSION_PLANNED,
  STILE_PATH_SESSION_ESTABLISHED,
} StilePathSession;

/**
 * StilePath:
 * @host: the service's name
 * @seen: (nullable): what this computer saw; %NULL while it looks
 * @told: (nullable): what the service saw
 * @intercepted: whether somebody in between speaks in the service's name
 * @session: the session from end to end
 */
typedef struct
{
  const char *host;
  StileObservation *seen;
  StileObservation *told;
  gboolean intercepted;
  StilePathSession session;
} StilePath;

#define STILE_TYPE_PATH_VIEW (stile_path_view_get_type ())
G_DECLARE_FINAL_TYPE (StilePathView, stile_path_view, STILE, PATH_VIEW, GtkWidget)

GtkWidget *stile_path_view_new (void);
void stile_path_view_show (StilePathView *self, const StilePath *path);
guint stile_path_view_get_n_boxes (StilePathView *self);
StilePathBox *stile_path_view_get_box (StilePathView *self, guint index);
gboolean stile_path_view_is_vertical (StilePathView *self);

G_END_DECLS
