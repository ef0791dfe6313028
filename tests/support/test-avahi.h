/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A bus of the test's own, and a real Avahi daemon on it that hears a loopback interface of its own (run-avahi).  Both
 * are child processes, and end with the test.
 */
typedef struct _TestAvahi TestAvahi;

/* The bus alone: nobody is there to be asked. */
TestAvahi *test_avahi_new (void);
void test_avahi_free (TestAvahi *self);

/* For DBUS_SYSTEM_BUS_ADDRESS; (transfer none). */
const char *test_avahi_get_address (TestAvahi *self);

/* A connection that is nobody else's; (transfer full). */
GDBusConnection *test_avahi_connect (TestAvahi *self);

/* Until it answers; until it is gone. */
void test_avahi_start_daemon (TestAvahi *self);
void test_avahi_stop_daemon (TestAvahi *self);

/* The bus goes from under everybody. */
void test_avahi_stop_bus (TestAvahi *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAvahi, test_avahi_free)

G_END_DECLS
