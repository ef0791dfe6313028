/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define TEST_TYPE_PEER (test_peer_get_type ())
G_DECLARE_FINAL_TYPE (TestPeer, test_peer, TEST, PEER, GObject)

/* (transfer full): the answer to @request; @index counts from 0 */
typedef StileHttpMessage *(*TestPeerFunc) (TestPeer *self,
                                           guint index,
                                           StileHttpMessage *request,
                                           gpointer user_data);

/* A service that answers as a test's function says, and keeps all that it was asked. */
TestPeer *test_peer_new (TestPeerFunc func, gpointer user_data);
guint test_peer_get_count (TestPeer *self);
StileHttpMessage *test_peer_get_request (TestPeer *self, guint index);
StileExchange *test_peer_get_exchange (TestPeer *self, guint index);

StileHttpMessage *test_peer_answer (guint status, const char *content_type, GBytes *content);
StileHttpMessage *test_peer_answer_text (guint status, const char *content_type, const char *content);

G_END_DECLS
