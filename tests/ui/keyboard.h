/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "ui/accessible-app.h"

G_BEGIN_DECLS

typedef struct _Keyboard Keyboard;

Keyboard *keyboard_new (void);
void keyboard_free (Keyboard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Keyboard, keyboard_free)

void keyboard_enter_window (Keyboard *self, const char *title);
void keyboard_press (Keyboard *self, const char *key);
void keyboard_tab (Keyboard *self, const char *key);
void keyboard_type (Keyboard *self, const char *text);

const char *keyboard_get_name (Keyboard *self);
void keyboard_wait_for (Keyboard *self, const char *beginning);
void keyboard_wait_for_description (Keyboard *self, const char *part);
void keyboard_tab_to (Keyboard *self, const char *beginning);
void keyboard_assert_order (Keyboard *self, const char *const *beginnings);
void keyboard_assert_round (Keyboard *self);
void keyboard_save (Keyboard *self, const char *dialog, const char *name, const char *told);

G_END_DECLS
