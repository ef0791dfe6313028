/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A profiles.ini of one profile has 300 bytes; nobody has more profiles than this. */
#define STILE_NSS_PROFILES_MAX_SIZE (64 * 1024)
#define STILE_NSS_PROFILES_MAX_COUNT 64

/**
 * StileNssProfile:
 * @program: "Firefox", "Thunderbird" or, for Chromium and all that is made of it, "Chromium"
 * @name: for people, translated, with the profile's name in it
 * @directory: the folder of its NSS database, which need not be there yet for Chromium
 *
 * Where one program keeps the certificates that its user trusts.
 */
typedef struct
{
  const char *program;
  char *name;
  char *directory;
} StileNssProfile;

GPtrArray *stile_nss_profiles_find (const char *home);

G_END_DECLS
