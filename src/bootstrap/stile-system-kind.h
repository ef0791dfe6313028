/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileSystemKind:
 * @systems: distributions, as their os-release calls them, with spaces between
 * @marker: a folder that only this kind has
 * @anchors: where an administrator puts certificates
 * @command: what makes the bundle out of them
 * @bundle: the file that most programs read
 * @hashes: (nullable): the folder that OpenSSL reads
 * @nss: whether NSS reads the system's store here, and with it Firefox and Chromium
 *
 * How a family of distributions keeps the certificates of the whole computer.
 */
typedef struct
{
  const char *systems;
  const char *marker;
  const char *anchors;
  const char *command;
  const char *bundle;
  const char *hashes;
  gboolean nss;
} StileSystemKind;

const StileSystemKind *stile_system_kind_detect (const char *root);
const StileSystemKind *stile_system_kind_find (const char *os_release);

G_END_DECLS
