/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-receipts.h"

#include <string.h>

#include "atls/stile-receipt-signature.h"
#include "codec/stile-http-message.h"
#include "transport/stile-http-receipt-body.h"
#include "transport/stile-media-type.h"

/* Where a request's running digest is kept. */
#define DIGEST_KEY "stile-receipt-digest"
#define LENGTH_KEY "stile-receipt-length"

/* To look whether cookies pass, both ways; it means nothing. */
#define COOKIE_NAME "stile-probe"

/**
 * StileHttpReceipts:
 *
 * Answers requests for the service's signed word of what arrived (PROTOCOL section 4; docs/receipts.md), for where ATLS itself
 * cannot complete.  What it says is no secret.  One for all workers of a service.
 */
struct _StileHttpReceipts
{
  GObject parent_instance;

  StileIdentity *identity;
  guint per_second;

  GMutex lock;        /* of all below */
  GHashTable *counts; /* nonce → how often it came */
  GQueue newest;      /* of char: the keys, newest first */
  double tokens;
  gint64 filled; /* monotonic microseconds */
};

G_DEFINE_FINAL_TYPE (StileHttpReceipts, stile_http_receipts, G_TYPE_OBJECT)

static void
stile_http_receipts_finalize (GObject *object)
{
  StileHttpReceipts *self = STILE_HTTP_RECEIPTS (object);

  g_object_unref (self->identity);
  g_queue_clear (&self->newest);
  g_hash_table_unref (self->counts);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (stile_http_receipts_parent_class)->finalize (object);
}

static void
stile_http_receipts_class_init (StileHttpReceiptsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_http_receipts_finalize;
}

static void
stile_http_receipts_init (StileHttpReceipts *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->newest);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * stile_http_receipts_new:
 * @identity: of the service inside ATLS, whose key signs
 * @per_second: receipts that are given in a second, as a rule
 */
StileHttpReceipts *
stile_http_receipts_new (StileIdentity *identity, guint per_second)
{
  StileHttpReceipts *self = g_object_new (STILE_TYPE_HTTP_RECEIPTS, NULL);

  self->identity = g_object_ref (identity);
  self->per_second = per_second;
  self->tokens = (double)per_second * STILE_HTTP_RECEIPTS_BURST;
  self->filled = g_get_monotonic_time ();

  return self;
}

/* --- how many, and how often --- */

static gboolean
take_token (StileHttpReceipts *self)
{
  gint64 now = g_get_monotonic_time ();
  double most = (double)self->per_second * STILE_HTTP_RECEIPTS_BURST;
  gboolean taken;

  g_mutex_lock (&self->lock);
  self->tokens = MIN (self->tokens + (double)(now - self->filled) / G_USEC_PER_SEC * self->per_second, most);
  self->filled = now;
  taken = self->tokens >= 1;
  if (taken)
    self->tokens -= 1;
  g_mutex_unlock (&self->lock);

  return taken;
}

/* Called with the lock. */
static void
forget_oldest (StileHttpReceipts *self)
{
  while (g_queue_get_length (&self->newest) > STILE_HTTP_RECEIPTS_MAX_NONCES)
    g_hash_table_remove (self->counts, g_queue_pop_tail (&self->newest));
}

static guint
count_nonce (StileHttpReceipts *self, const char *nonce)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, nonce)) + 1;
  if (count == 1)
    {
      char *key = g_strdup (nonce);

      g_hash_table_insert (self->counts, key, GUINT_TO_POINTER (count));
      g_queue_push_head (&self->newest, key);
      forget_oldest (self);
    }
  else
    {
      gpointer key;

      /* The key that is there stays: the queue has it. */
      g_hash_table_steal_extended (self->counts, nonce, &key, NULL);
      g_hash_table_insert (self->counts, key, GUINT_TO_POINTER (count));
    }
  g_mutex_unlock (&self->lock);

  return count;
}

static guint
look_up (StileHttpReceipts *self, const char *nonce)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, nonce));
  g_mutex_unlock (&self->lock);

  return count;
}

/* --- what was asked --- */

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  GChecksum *digest = g_object_get_data (G_OBJECT (message), DIGEST_KEY);
  gsize *length = g_object_get_data (G_OBJECT (message), LENGTH_KEY);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (chunk, &size);

  if (size > 0)
    g_checksum_update (digest, bytes, (gssize)size);
  *length += size;
}

/**
 * stile_http_receipts_watch:
 * @message: its head has come, its body has not
 *
 * Takes the digest of the body as it comes; the body itself is not kept.
 */
void
stile_http_receipts_watch (SoupServerMessage *message)
{
  g_object_set_data_full (G_OBJECT (message), DIGEST_KEY, g_checksum_new (G_CHECKSUM_SHA256),
                          (GDestroyNotify)g_checksum_free);
  g_object_set_data_full (G_OBJECT (message), LENGTH_KEY, g_new0 (gsize, 1), g_free);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
}

typedef struct
{
  const char *nonce;
  const char *about;
  const char *type;
  gboolean has_size;
  gsize size;
  gboolean cookie;
  gboolean signer;
} Wanted;

static gboolean
is_nonce (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= STILE_RECEIPT_MAX_NONCE &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static const char *
read_wanted (GHashTable *query, Wanted *wanted)
{
  const char *size = query != NULL ? g_hash_table_lookup (query, "size") : NULL;
  guint64 number = 0;

  wanted->nonce = query != NULL ? g_hash_table_lookup (query, "nonce") : NULL;
  wanted->about = query != NULL ? g_hash_table_lookup (query, "about") : NULL;
  wanted->type = query != NULL ? g_hash_table_lookup (query, "type") : NULL;
  wanted->cookie = query != NULL && g_strcmp0 (g_hash_table_lookup (query, "cookie"), "1") == 0;
  wanted->signer = query != NULL && g_strcmp0 (g_hash_table_lookup (query, "chain"), "1") == 0;
  if (wanted->nonce == NULL || !is_nonce (wanted->nonce))
    return "A receipt needs a nonce: 1 to 64 characters of base64url";
  if (wanted->about != NULL && !is_nonce (wanted->about))
    return "“about” is a nonce: 1 to 64 characters of base64url";
  if (size != NULL && !g_ascii_string_to_unsigned (size, 10, 0, STILE_HTTP_RECEIPTS_MAX_BODY, &number, NULL))
    return "“size” is a number from 0 to 1048576";
  if (wanted->type == NULL)
    wanted->type = "octets";
  if (stile_http_receipt_body_find_type (wanted->type) == NULL)
    return "“type” is octets, text, json, atls or sealed";

  wanted->has_size = size != NULL;
  wanted->size = (gsize)number;
  return NULL;
}

/* --- what is answered --- */

static void
set_problem (SoupServerMessage *message, guint status, const char *detail)
{
  g_autoptr (StileHttpMessage) problem =
      stile_http_message_new_problem (status, soup_status_get_phrase (status), detail);
  GBytes *content = stile_http_message_get_content (problem);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, "Content-Type", STILE_MEDIA_TYPE_PROBLEM);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), content);
}

static void
add_field (SoupServerMessage *message, StileObservation *observation, const char *name, const char *value)
{
  soup_message_headers_append (soup_server_message_get_response_headers (message), name, value);
  stile_observation_add_sent_header (observation, name);
}

static StileReceipt *
make_receipt (StileHttpReceipts *self,
              SoupServerMessage *message,
              const Wanted *wanted,
              StileObservation *observation)
{
  StileReceipt *receipt = stile_receipt_new (wanted->nonce, observation);
  GChecksum *digest = g_object_get_data (G_OBJECT (message), DIGEST_KEY);
  gsize *length = g_object_get_data (G_OBJECT (message), LENGTH_KEY);
  guint count = count_nonce (self, wanted->nonce);

  stile_receipt_set_request (receipt, soup_server_message_get_method (message), length != NULL ? *length : 0,
                             digest != NULL ? g_checksum_get_string (digest) : NULL);
  stile_receipt_set_count (receipt, wanted->about,
                           wanted->about != NULL ? look_up (self, wanted->about) : count);
  return receipt;
}

static void
send_signed (SoupServerMessage *message, GBytes *word)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Content-Type",
                                STILE_RECEIPT_MEDIA_TYPE);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), word);
}

static void
send_beside (SoupServerMessage *message, const Wanted *wanted, GBytes *word, GBytes *body)
{
  g_autofree char *field = g_strndup (g_bytes_get_data (word, NULL), g_bytes_get_size (word));
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Content-Type", stile_http_receipt_body_find_type (wanted->type));
  soup_message_headers_replace (headers, STILE_RECEIPT_HEADER, field);
  if (g_bytes_get_size (body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), body);
}

static void
give (StileHttpReceipts *self,
      SoupServerMessage *message,
      const Wanted *wanted,
      StileObservation *observation,
      gint64 began)
{
  g_autoptr (StileReceipt) receipt = make_receipt (self, message, wanted, observation);
  g_autoptr (GBytes) body =
      wanted->has_size ? stile_http_receipt_body_make (wanted->type, wanted->nonce, wanted->size) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) word = NULL;

  if (body != NULL)
    {
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);

      stile_receipt_set_response (receipt, wanted->size, digest);
      stile_observation_add_sent_header (observation, STILE_RECEIPT_HEADER);
    }
  stile_receipt_set_handling (receipt, g_get_monotonic_time () - began);
  word = stile_receipt_signature_make (receipt, self->identity,
                                       body == NULL     ? STILE_RECEIPT_FULL
                                       : wanted->signer ? STILE_RECEIPT_BRIEF_WITH_SIGNER
                                                        : STILE_RECEIPT_BRIEF,
                                       &error);
  if (word == NULL)
    {
      g_warning ("Signing a receipt: %s", error->message);
      set_problem (message, 500, "The receipt could not be signed");
      return;
    }

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (body == NULL)
    send_signed (message, word);
  else
    send_beside (message, wanted, word, body);
}

static gboolean
is_known_method (const char *method)
{
  return strcmp (method, "GET") == 0 || strcmp (method, "POST") == 0 || strcmp (method, "PUT") == 0;
}

/**
 * stile_http_receipts_answer:
 * @message: read to its end, and watched
 * @query: (nullable) (element-type utf8 utf8): of its URL
 * @path: where flights go, for the cookie
 * @secure: whether it came over https
 * @observation: what was seen of it; the names of the answer's fields are added
 */
void
stile_http_receipts_answer (StileHttpReceipts *self,
                            SoupServerMessage *message,
                            GHashTable *query,
                            const char *path,
                            gboolean secure,
                            StileObservation *observation)
{
  gint64 began = g_get_monotonic_time ();
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  Wanted wanted = { 0 };
  const char *problem = read_wanted (query, &wanted);

  if (!is_known_method (soup_server_message_get_method (message)))
    {
      soup_message_headers_replace (headers, "Allow", "GET, POST, PUT");
      set_problem (message, 405, "A receipt is asked for with GET, POST or PUT");
      return;
    }
  if (problem != NULL)
    {
      set_problem (message, 400, problem);
      return;
    }
  if (!take_token (self))
    {
      soup_message_headers_replace (headers, "Retry-After", "1");
      set_problem (message, 429, "Too many receipts are asked for; come back in a second");
      return;
    }

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  add_field (message, observation, "X-Content-Type-Options", "nosniff");
  if (wanted.cookie)
    {
      g_autofree char *cookie = g_strdup_printf ("%s=1; Path=%s; HttpOnly; SameSite=Strict%s", COOKIE_NAME,
                                                 path, secure ? "; Secure" : "");

      add_field (message, observation, "Set-Cookie", cookie);
    }
  give (self, message, &wanted, observation, began);
}
