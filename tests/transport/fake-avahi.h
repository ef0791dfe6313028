/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "support/test-avahi.h"

G_BEGIN_DECLS

/* Stands for an Avahi daemon, and says what no real one can be brought to say.  One browser at a time. */
typedef struct
{
  GDBusConnection *connection;
  GPtrArray *objects; /* of guint: registrations */
  GQueue questions;   /* of GDBusMethodInvocation: ResolveService, unanswered */
  guint most;         /* questions at once */
  guint started;      /* browsers */
  guint committed;    /* groups */
  guint freed;        /* browsers and groups */
} FakeAvahi;

FakeAvahi *fake_avahi_new (TestAvahi *bus);
void fake_avahi_free (FakeAvahi *self);

/* ItemNew or ItemRemove, and any signal of the browser's. */
void fake_avahi_say_item (FakeAvahi *self, const char *signal, int interface, int protocol, const char *name);
void fake_avahi_say (FakeAvahi *self, const char *signal, GVariant *arguments);

/* A group's state. */
void fake_avahi_say_state (FakeAvahi *self, int state);

/* Waits for a question, and answers the oldest; without an address by a time-out.  Returns: (transfer full): whom it was about. */
char *fake_avahi_answer (FakeAvahi *self, const char *host, const char *address, guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeAvahi, fake_avahi_free)

G_END_DECLS
