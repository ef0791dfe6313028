/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _AccessibleApp AccessibleApp;

AccessibleApp *accessible_app_start (const char *const *arguments);
void accessible_app_end (AccessibleApp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AccessibleApp, accessible_app_end)

void accessible_app_wait_for (AccessibleApp *self, const char *name);
void accessible_app_wait_for_beginning (AccessibleApp *self, const char *text);
void accessible_app_wait_for_part (AccessibleApp *self, const char *text);
void accessible_app_wait_until_gone (AccessibleApp *self, const char *name);
void accessible_app_click (AccessibleApp *self, const char *name);
void accessible_app_switch_to (AccessibleApp *self, const char *place);
void accessible_app_act (AccessibleApp *self, const char *action);
void accessible_app_type (AccessibleApp *self, const char *name, const char *text);
void accessible_app_shoot (AccessibleApp *self, const char *name);
void accessible_app_wait_for_end (AccessibleApp *self);

G_END_DECLS
