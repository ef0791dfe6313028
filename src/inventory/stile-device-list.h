/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A list of devices: 160 bytes for each of the most lines. */
#define STILE_DEVICE_LIST_MAX_SIZE (32 * 1024 * 1024)
#define STILE_DEVICE_LIST_MAX_LINES 200000

/**
 * StileDeviceList:
 * @lines: (element-type StileImportLine): in the order in which they stand there
 * @ignored: (element-type utf8): names of columns or members that mean nothing here, and %NULL at the end
 * @n_good: how many lines are devices
 *
 * What is in a list of devices.
 */
typedef struct
{
  GPtrArray *lines;
  GPtrArray *ignored;
  guint n_good;
} StileDeviceList;

StileDeviceList *
stile_device_list_read (GBytes *bytes, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_device_list_free (StileDeviceList *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDeviceList, stile_device_list_free)

G_END_DECLS
