/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

#define STILE_TYPE_STEP_PAGE (stile_step_page_get_type ())
G_DECLARE_INTERFACE (StileStepPage, stile_step_page, STILE, STEP_PAGE, GtkWidget)

struct _StileStepPageInterface
{
  GTypeInterface parent_iface;

  void (*show) (StileStepPage *self, StileBootstrap *job);
};

void stile_step_page_show (StileStepPage *self, StileBootstrap *job);

G_END_DECLS
