/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _StileDeviceLock StileDeviceLock;

/* Keeps other programs, and this one, from working on the same list of devices; ends with the process, however that ends. */
StileDeviceLock *stile_device_lock_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_lock_free (StileDeviceLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDeviceLock, stile_device_lock_free)

G_END_DECLS
