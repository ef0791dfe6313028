/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-bootstrap-page.h"
#include "app/stile-devices-page.h"
#include "app/stile-diagnose-page.h"
#include "app/stile-window.h"

G_BEGIN_DECLS

/* The window in the lab, in this process: its places have something to show. */
typedef struct
{
  StileLab *lab;
  StileSettings *settings;
  StileWindow *window;
  StileBootstrapPage *bootstrap;
  StileDiagnosePage *diagnose;
  StileDevicesPage *devices;
} LabWindow;

LabWindow *lab_window_new (const char *scenario);
void lab_window_free (LabWindow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LabWindow, lab_window_free)

void lab_window_show_place (LabWindow *self, const char *name);
gboolean lab_window_walk_on (LabWindow *self);
void lab_window_diagnose (LabWindow *self, const char *address);
GtkWindow *lab_window_open_dialog (LabWindow *self, const char *action);
void lab_window_close_dialog (LabWindow *self, GtkWindow *dialog);
void lab_window_add_devices (LabWindow *self);
void lab_window_start_devices (LabWindow *self);

G_END_DECLS
