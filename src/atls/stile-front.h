/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_FRONT (stile_front_get_type ())
G_DECLARE_FINAL_TYPE (StileFront, stile_front, STILE, FRONT, GObject)

/* Keys change over, and a service may have several fronts; the fields that they add are a handful. */
#define STILE_FRONT_MAX_KEYS 64
#define STILE_FRONT_MAX_FIELDS 64

StileFront *stile_front_new (void);
StileFront *stile_front_new_from_variant (GVariant *variant);
GVariant *stile_front_to_variant (StileFront *self);

void stile_front_add_key (StileFront *self, const char *digest);
void stile_front_add_certificate (StileFront *self, StileCertificate *certificate);
void stile_front_add_field (StileFront *self, const char *pattern);
GPtrArray *stile_front_get_keys (StileFront *self);
GPtrArray *stile_front_get_fields (StileFront *self);
gboolean stile_front_has_key (StileFront *self, const char *digest);
gboolean stile_front_adds_field (StileFront *self, const char *name);
char *stile_front_digest_key (StileCertificate *certificate);

G_END_DECLS
