/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/stile-service-worker.h"

#include "transport/stile-http-service.h"

/**
 * StileServiceWorker:
 *
 * One thread with a context and an HTTP server of its own, on the socket that all workers share.
 */
struct _StileServiceWorker
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  StileHttpService *service;
  GSocket *socket;
};

static gpointer
run (gpointer data)
{
  StileServiceWorker *self = data;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (self->context);
  if (!stile_http_service_listen (self->service, self->socket, &error))
    g_warning ("A worker cannot listen: %s", error->message);
  g_main_loop_run (self->loop);
  stile_http_service_stop (self->service);
  /* What was stopped finishes here, in its own context. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static void
show (StileServiceWorker *self, const StileServiceWorkerFace *face)
{
  stile_http_service_set_certificate (self->service, face->certificate);
  stile_http_service_set_client_certificates (self->service, face->ask);
  stile_http_service_set_plain_handler (self->service, face->plain);
  stile_http_service_set_front (self->service, face->front);
  stile_http_service_set_receipts (self->service, face->receipts);
}

/**
 * stile_service_worker_start:
 * @number: which worker, for the thread's name
 * @socket: listens already
 * @face: what its HTTP server shows
 *
 * Returns: (transfer full): a worker that runs
 */
StileServiceWorker *
stile_service_worker_start (guint number,
                            StileEndpoint *endpoint,
                            const char *path,
                            GSocket *socket,
                            const StileServiceWorkerFace *face)
{
  StileServiceWorker *self = g_new0 (StileServiceWorker, 1);
  g_autofree char *name = g_strdup_printf ("worker-%u", number);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->socket = g_object_ref (socket);
  self->service = stile_http_service_new (endpoint, path);
  show (self, face);
  self->thread = g_thread_new (name, run, self);

  return self;
}

typedef struct
{
  StileServiceWorker *worker;
  StileServiceWorkerFace face;
} Change;

static gboolean
change_cb (gpointer data)
{
  Change *change = data;

  show (change->worker, &change->face);
  return G_SOURCE_REMOVE;
}

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_object (&change->face.certificate);
  g_clear_object (&change->face.plain);
  g_clear_object (&change->face.front);
  g_clear_object (&change->face.receipts);
  g_free (change);
}

/**
 * stile_service_worker_change:
 * @face: what its HTTP server shows from now on
 */
void
stile_service_worker_change (StileServiceWorker *self, const StileServiceWorkerFace *face)
{
  Change *change = g_new0 (Change, 1);

  change->worker = self;
  g_set_object (&change->face.certificate, face->certificate);
  g_set_object (&change->face.plain, face->plain);
  g_set_object (&change->face.front, face->front);
  g_set_object (&change->face.receipts, face->receipts);
  change->face.ask = face->ask;
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, change_cb, change, change_free);
}

/* A loop that does not run yet would not hear g_main_loop_quit(); a source in its context waits for it. */
static gboolean
quit_cb (gpointer data)
{
  StileServiceWorker *self = data;

  if (!g_main_loop_is_running (self->loop))
    return G_SOURCE_CONTINUE;

  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/**
 * stile_service_worker_stop:
 * @self: (transfer full): finishes and is freed
 */
void
stile_service_worker_stop (StileServiceWorker *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, quit_cb, self, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_object_unref (self->service);
  g_object_unref (self->socket);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}
