/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * An HTTP server that writes whatever bytes a test wants, in the main context: broken lines, cut bodies, no end.  A
 * handler is called for each request that has come in whole, and answers it at once or later.
 */
typedef struct _TestRawHttp TestRawHttp;
typedef struct _TestRawHttpRequest TestRawHttpRequest;

typedef void (*TestRawHttpFunc) (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data);

TestRawHttp *test_raw_http_new (TestRawHttpFunc handler, gpointer user_data);
void test_raw_http_free (TestRawHttp *self);
char *test_raw_http_get_url (TestRawHttp *self, const char *path);
guint test_raw_http_get_n_connections (TestRawHttp *self);
guint test_raw_http_get_n_open (TestRawHttp *self);
guint test_raw_http_get_n_requests (TestRawHttp *self);

/* (transfer none): of request number @index, from the first line to the empty one; its body */
const char *test_raw_http_get_head (TestRawHttp *self, guint index);
GBytes *test_raw_http_get_body (TestRawHttp *self, guint index);

/* (transfer none): of this request */
const char *test_raw_http_request_get_head (TestRawHttpRequest *request);
GBytes *test_raw_http_request_get_body (TestRawHttpRequest *request);

/* Each answers and gives up the request.  @head has its Content-Length, or does not; NULL bytes: nothing. */
void test_raw_http_answer (TestRawHttpRequest *request, const char *head, GBytes *body);
void test_raw_http_answer_and_close (TestRawHttpRequest *request, const char *head, GBytes *body);
void test_raw_http_answer_endless (TestRawHttpRequest *request, const char *head);
void test_raw_http_hang_up (TestRawHttpRequest *request);

/* A CONNECT: from now on this connection and one to @port are the same. */
void test_raw_http_tunnel (TestRawHttpRequest *request, guint16 port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRawHttp, test_raw_http_free)

G_END_DECLS
