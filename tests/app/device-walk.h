/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/stile-bootstrap-page.h"
#include "bootstrap/fake-registrar.h"
#include "bootstrap/stile-est-server.h"
#include "support/test-carrier.h"

G_BEGIN_DECLS

/*
 * A device before its owner's registrar, which also issues certificates; the page of the walk in a window, and a person who
 * presses its buttons:
 *
 *   fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
 *   device_walk_go (self, STILE_BOOTSTRAP_VOUCHER);
 */
typedef struct
{
  Court court;
  StileVoucherFields fields; /* of a good voucher, without a nonce */
  char *directory;
  TestPki *box; /* what the middlebox shows */
  FakeRegistrar *registrar;
  StileLedger *ledger;
  StileDomainCa *ca;
  StileEstServer *est;
  StileEndpoint *endpoint;
  GListStore *stores; /* one, of Stile's own */
  StileBootstrap *job;
  StileBootstrapPage *page;
  GtkWidget *window;
} DeviceWalk;

void device_walk_set_up (DeviceWalk *self, gconstpointer data);
void device_walk_tear_down (DeviceWalk *self, gconstpointer data);

void device_walk_press (DeviceWalk *self, const char *label);
gboolean device_walk_says (DeviceWalk *self, const char *text);
gboolean device_walk_is_at (DeviceWalk *self, StileBootstrapStep step, StileBootstrapState state);
/* Goes on until the step is shown and has ended somehow; pages that ask before they do something are answered. */
void device_walk_go (DeviceWalk *self, StileBootstrapStep step);

#define DEVICE_WALK_ADD(name, test)                                                                          \
  g_test_add (name, DeviceWalk, NULL, device_walk_set_up, test, device_walk_tear_down)

G_END_DECLS
