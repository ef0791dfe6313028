/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_CHECK (stile_check_get_type ())
G_DECLARE_FINAL_TYPE (StileCheck, stile_check, STILE, CHECK, GObject)

/**
 * StileCheckState:
 * @STILE_CHECK_STATE_WAITING: its turn has not come
 * @STILE_CHECK_STATE_RUNNING: it is asking
 * @STILE_CHECK_STATE_PASSED: what was sent arrived as it was
 * @STILE_CHECK_STATE_NOTED: something worth knowing, and no fault
 * @STILE_CHECK_STATE_CHANGED: something was changed on the way
 * @STILE_CHECK_STATE_BLOCKED: something does not pass
 * @STILE_CHECK_STATE_NOT_RUN: it could not be asked; its sentence says why
 */
typedef enum
{
  STILE_CHECK_STATE_WAITING,
  STILE_CHECK_STATE_RUNNING,
  STILE_CHECK_STATE_PASSED,
  STILE_CHECK_STATE_NOTED,
  STILE_CHECK_STATE_CHANGED,
  STILE_CHECK_STATE_BLOCKED,
  STILE_CHECK_STATE_NOT_RUN,
} StileCheckState;

const char *stile_check_state_get_name (StileCheckState state);
StileCheckState stile_check_state_find (const char *name);
const char *stile_check_state_get_word (StileCheckState state);

StileCheck *stile_check_new (const char *id, const char *title);
const char *stile_check_get_id (StileCheck *self);
const char *stile_check_get_title (StileCheck *self);
StileCheckState stile_check_get_state (StileCheck *self);
const char *stile_check_get_sentence (StileCheck *self);
void stile_check_set (StileCheck *self, StileCheckState state, const char *sentence);

G_END_DECLS
