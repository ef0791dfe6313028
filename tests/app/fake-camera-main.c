/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>
#include <string.h>

/* fake-camera TEXT...: a camera on PipeWire, which sees a QR code with each text, one after the other, for ever.  It is the
 * driver of its graph, as a camera of glass is.  (GStreamer's pipewiresink would do in a line, but 0.3.65 of it now and then
 * breaks down over a buffer without memory when somebody looks.) */

#define WIDTH 640
#define HEIGHT 480
#define PIXEL 4
#define STRIDE (WIDTH * PIXEL)
#define PICTURES_A_SECOND 15
/* Of each text. */
#define PICTURES 4

typedef struct
{
  struct pw_main_loop *loop;
  struct pw_stream *stream;
  struct spa_source *timer;
  GPtrArray *pictures; /* of guint8[STRIDE * HEIGHT] */
  guint count;
} Camera;

/* --- codes --- */

/* Two marks of a line are a square. */
static void
draw (guint8 *picture, char **lines)
{
  gsize rows = g_strv_length (lines) - 1;
  gsize size = HEIGHT / rows;
  gsize left = (WIDTH - rows * size) / 2;

  for (gsize y = 0; y < rows * size; y++)
    for (gsize x = 0; x < rows * size; x++)
      memset (picture + y * STRIDE + (left + x) * PIXEL,
              lines[y / size][2 * (x / size)] == '#' ? 0 : G_MAXUINT8, PIXEL);
}

static void
add_text (Camera *self, const char *text)
{
  const char *argv[] = { "qrencode", "-t", "ASCII", "-m", "4", "-o", "-", "--", text, NULL };
  g_autofree char *output = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  guint8 *picture = g_malloc0 (STRIDE * HEIGHT);

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (output, "\n", -1);
  draw (picture, lines);
  g_ptr_array_add (self->pictures, picture);
}

/* --- PipeWire --- */

static void
process (void *data)
{
  Camera *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *plane;

  if (buffer == NULL)
    return;

  plane = &buffer->buffer->datas[0];
  if (plane->data != NULL && plane->maxsize >= STRIDE * HEIGHT)
    {
      memcpy (plane->data, g_ptr_array_index (self->pictures, self->count / PICTURES % self->pictures->len),
              STRIDE * HEIGHT);
      plane->chunk->offset = 0;
      plane->chunk->size = STRIDE * HEIGHT;
      plane->chunk->stride = STRIDE;
      self->count++;
    }
  pw_stream_queue_buffer (self->stream, buffer);
}

static void
state_changed (void *data, enum pw_stream_state old, enum pw_stream_state state, const char *error)
{
  Camera *self = data;
  struct timespec interval = { 0, SPA_NSEC_PER_SEC / PICTURES_A_SECOND };
  gboolean on = state == PW_STREAM_STATE_STREAMING;

  pw_loop_update_timer (pw_main_loop_get_loop (self->loop), self->timer, on ? &interval : NULL,
                        on ? &interval : NULL, false);
  if (state == PW_STREAM_STATE_ERROR || (state == PW_STREAM_STATE_UNCONNECTED && old != state))
    pw_main_loop_quit (self->loop);
}

static void
timed (void *data, uint64_t expirations)
{
  pw_stream_trigger_process (((Camera *)data)->stream);
}

static void
param_changed (void *data, uint32_t id, const struct spa_pod *param)
{
  Camera *self = data;
  guint8 space[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (space, sizeof space);
  const struct spa_pod *params[1];

  if (param == NULL || id != SPA_PARAM_Format)
    return;

  params[0] = spa_pod_builder_add_object (
      &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
      SPA_POD_CHOICE_RANGE_Int (8, 2, 16), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int (1), SPA_PARAM_BUFFERS_size,
      SPA_POD_Int (STRIDE * HEIGHT), SPA_PARAM_BUFFERS_stride, SPA_POD_Int (STRIDE));
  pw_stream_update_params (self->stream, params, 1);
}

static const struct pw_stream_events events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = state_changed,
  .param_changed = param_changed,
  .process = process,
};

static void
plug_in (Camera *self)
{
  guint8 space[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (space, sizeof space);
  struct spa_video_info_raw format = { .format = SPA_VIDEO_FORMAT_BGRx,
                                       .size = { WIDTH, HEIGHT },
                                       .framerate = { PICTURES_A_SECOND, 1 } };
  const struct spa_pod *params[] = { spa_format_video_raw_build (&builder, SPA_PARAM_EnumFormat, &format) };

  self->stream =
      pw_stream_new_simple (pw_main_loop_get_loop (self->loop), "camera",
                            pw_properties_new (PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_MEDIA_ROLE,
                                               "Camera", PW_KEY_NODE_NAME, "camera", NULL),
                            &events, self);
  g_assert_nonnull (self->stream);
  pw_stream_connect (self->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                     PW_STREAM_FLAG_DRIVER | PW_STREAM_FLAG_MAP_BUFFERS, params, G_N_ELEMENTS (params));
}

int
main (int argc, char *argv[])
{
  Camera self = { 0 };

  self.pictures = g_ptr_array_new_with_free_func (g_free);
  for (int i = 1; i < argc; i++)
    add_text (&self, argv[i]);
  pw_init (NULL, NULL);
  self.loop = pw_main_loop_new (NULL);
  self.timer = pw_loop_add_timer (pw_main_loop_get_loop (self.loop), timed, &self);
  plug_in (&self);
  pw_main_loop_run (self.loop);
  pw_stream_destroy (self.stream);
  pw_main_loop_destroy (self.loop);
  g_ptr_array_unref (self.pictures);
  return 0;
}
