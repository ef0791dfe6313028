/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

/* A place that says what a test wants.  Its id is its name; what it knows of programs is that one trusts the roots, and
 * that another looks elsewhere. */
#define FAKE_TYPE_STORE (fake_store_get_type ())
G_DECLARE_FINAL_TYPE (FakeStore, fake_store, FAKE, STORE, GObject)

FakeStore *fake_store_new (const char *name);
/* NULL: nothing is in the way. */
void fake_store_set_obstacle (FakeStore *self, const char *sentence);
void fake_store_set_problem (FakeStore *self, const char *sentence);
gboolean fake_store_is_installed (FakeStore *self);

G_END_DECLS
