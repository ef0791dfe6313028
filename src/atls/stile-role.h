/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileRole:
 * @STILE_ROLE_CLIENT: begins the handshake
 * @STILE_ROLE_SERVER: answers it
 */
typedef enum
{
  STILE_ROLE_CLIENT,
  STILE_ROLE_SERVER,
} StileRole;

#define stile_role_other(role) ((role) == STILE_ROLE_CLIENT ? STILE_ROLE_SERVER : STILE_ROLE_CLIENT)

G_END_DECLS
