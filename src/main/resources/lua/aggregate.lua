-- Samples live hashes into open windows and closes windows into archives.
--
-- ARGV: operation, now (epoch ms), lease epoch (0 = unfenced), live|replay, 5m where 5m windows are
--   folded from 1m (else empty), and for aggregate_… the window's start (s).
-- KEYS: archive:pending, then a group of keys for each source. All keys are declared.
--
--   sample         live, src, acc, raw, archive:1m
--   aggregate_1m   live, src, acc, raw, archive:1m
--   aggregate_5m   live, src, archive:5m, archive:1m x 5
--
-- src (hash, carried across windows): epoch, last (ms of the last sample closed), closed:<level>,
--   and open:<level>:<start> for each window that has something to close.
-- raw (string): up to FOLD_ROWS rows of packed doubles: time, then a value per field of the layout.
-- acc (hash): layout (the rows' fields, joined, to be compared; see layout_of), fields (the same, packed), ids (the
--   fields folded so far), last (ms of the last row folded) and stats, five packed arrays of doubles
--   over ids: count, sum, min, max, junk. Text is read as a number once, in C.
--
-- Answers an array with one element per source, described at each operation; a source for which
-- nothing was done answers {reason}: wrongtype, broken, fenced, late, merged.

local TTL = 7200
local OPEN_TTL = 7 * 86400
local SRC_TTL = 30 * 86400
local FOLD_ROWS = 10
local CHUNK = 500
local NAMED = 100
local STATS = 'avg min max count sum'
local HEADER = {source = true, timestamp = true, revision = true, stats = true, windows = true}

local pack, unpack_struct, rep, fmt, floor = struct.pack, struct.unpack, string.rep, string.format, math.floor
local call = redis.call
local pending = KEYS[1]
local operation, now, epoch, mode = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

local function window_start(ms, seconds)
  return floor(ms / (seconds * 1000)) * seconds
end

-- Whether this caller's lease on the source is out of date. A newer epoch is remembered.
local function fenced(src)
  if epoch == 0 then return false end
  local held = tonumber(call('HGET', src, 'epoch') or '0') or 0
  if epoch < held then return true end
  if epoch > held then call('HSET', src, 'epoch', fmt('%.0f', epoch)) end
  return false
end

-- The shortest decimal text that reads back as the same double.
local function text_of(v)
  local s = fmt('%.15g', v)
  if tonumber(s) == v then return s end
  s = fmt('%.16g', v)
  if tonumber(s) == v then return s end
  return fmt('%.17g', v)
end

local formats = {}
local function doubles(n)
  local f = formats[n]
  if not f then
    f = '<' .. rep('d', n)
    formats[n] = f
  end
  return f
end

local function pack_values(values)
  local n = #values
  if n <= CHUNK then return pack(doubles(n), unpack(values)) end
  local parts = {}
  for i = 1, n, CHUNK do
    local j = math.min(i + CHUNK - 1, n)
    parts[#parts + 1] = pack(doubles(j - i + 1), unpack(values, i, j))
  end
  return table.concat(parts)
end

local function unpack_values(bytes, from, n)
  if n <= CHUNK then return {unpack_struct(doubles(n), bytes, from)} end
  local values = {}
  for i = 0, n - 1, CHUNK do
    local m = math.min(CHUNK, n - i)
    local part = {unpack_struct(doubles(m), bytes, from + i * 8)}
    for k = 1, m do values[i + k] = part[k] end
  end
  return values
end

-- One row: time and values. What is no number becomes NaN and is counted as junk when folded.
local function row_of(values)
  local ok, packed = pcall(pack_values, values)
  if not ok then
    local numbers = {}
    for i = 1, #values do numbers[i] = tonumber(values[i]) or 0 / 0 end
    packed = pack_values(numbers)
  end
  return pack('<d', now) .. packed
end

local function empty_stats()
  return {ids = {}, count = {}, sum = {}, min = {}, max = {}, junk = {}}
end

local function load_stats(ids_packed, bytes)
  local s = empty_stats()
  if not ids_packed then return s end
  s.ids = cmsgpack.unpack(ids_packed)
  local n = #s.ids
  s.count = unpack_values(bytes, 1, n)
  s.sum = unpack_values(bytes, 1 + n * 8, n)
  s.min = unpack_values(bytes, 1 + n * 16, n)
  s.max = unpack_values(bytes, 1 + n * 24, n)
  s.junk = unpack_values(bytes, 1 + n * 32, n)
  s.count[n + 1], s.sum[n + 1], s.min[n + 1], s.max[n + 1], s.junk[n + 1] = nil, nil, nil, nil, nil
  return s
end

-- Where each field of a layout stands among the folded ids; new ones are added.
local function columns_of(s, layout)
  local at = {}
  for i, id in ipairs(s.ids) do at[id] = i end
  local columns = {}
  for i, id in ipairs(layout) do
    local c = at[id]
    if not c then
      c = #s.ids + 1
      s.ids[c], s.count[c], s.sum[c], s.min[c], s.max[c], s.junk[c] = id, 0, 0, 1 / 0, -1 / 0, 0
      at[id] = c
    end
    columns[i] = c
  end
  return columns
end

-- Folds the rows into the statistics. Returns them, and the last row's time.
local function fold(acc, raw)
  local held = call('HMGET', acc, 'fields', 'ids', 'stats', 'last')
  local s = load_stats(held[2], held[3])
  local bytes = call('GET', raw)
  if not bytes or not held[1] then return s, tonumber(held[4] or nil) end
  local layout = cmsgpack.unpack(held[1])
  local n = #layout
  local columns = columns_of(s, layout)
  local count, sum, min, max, junk = s.count, s.sum, s.min, s.max, s.junk
  local time
  for from = 1, #bytes, (n + 1) * 8 do
    time = unpack_struct('<d', bytes, from)
    local values = unpack_values(bytes, from + 8, n)
    for i = 1, n do
      local v, c = values[i], columns[i]
      if v - v == 0 then
        count[c] = count[c] + 1
        sum[c] = sum[c] + v
        if v < min[c] then min[c] = v end
        if v > max[c] then max[c] = v end
      else
        junk[c] = junk[c] + 1
      end
    end
  end
  return s, time
end

local function fold_into(acc, raw)
  local s, last = fold(acc, raw)
  if last then call('HSET', acc, 'last', fmt('%.0f', last)) end
  call('HSET', acc, 'ids', cmsgpack.pack(s.ids), 'stats',
    pack_values(s.count) .. pack_values(s.sum) .. pack_values(s.min) .. pack_values(s.max) .. pack_values(s.junk))
  call('DEL', raw)
end

-- Fields that neighbours keep inside a live hash for themselves.
local function is_bookkeeping(id)
  return id == 'timestamp' or id:sub(1, 2) == '__' or id:sub(1, 3) == 'ts:'
end

-- Archives: header fields, and a field per point id. A point id that reads like a header field, or
-- begins with a backslash, is written with a backslash in front.
local function field_of(id)
  if HEADER[id] or id:sub(1, 1) == '\\' then return '\\' .. id end
  return id
end

local function id_of(field)
  if field:sub(1, 1) == '\\' then return field:sub(2) end
  return field
end

local function line_of(count, sum, min, max)
  return text_of(sum / count) .. ' ' .. text_of(min) .. ' ' .. text_of(max) .. ' ' .. fmt('%.0f', count) .. ' ' .. text_of(sum)
end

-- A key of another type where an archive belongs is not an archive.
local function is_archive(key)
  return call('TYPE', key).ok == 'hash'
end

local function read_archive(key, s)
  if not is_archive(key) then return false end
  local flat = call('HGETALL', key)
  local ours = false
  for i = 1, #flat, 2 do
    if flat[i] == 'stats' then ours = flat[i + 1] == STATS end
  end
  if not ours then return false end
  for i = 1, #flat, 2 do
    if not HEADER[flat[i]] then
      local min, max, count, sum = flat[i + 1]:match('^%S+ (%S+) (%S+) (%S+) (%S+)$')
      min, max, count, sum = tonumber(min or ''), tonumber(max or ''), tonumber(count or ''), tonumber(sum or '')
      -- A line that somebody else wrote and that can't be read is left out, like junk.
      if min and max and count and sum then
        local c = columns_of(s, {id_of(flat[i])})[1]
        s.count[c] = s.count[c] + count
        s.sum[c] = s.sum[c] + sum
        if min < s.min[c] then s.min[c] = min end
        if max > s.max[c] then s.max[c] = max end
      end
    end
  end
  return true
end

-- Writes an archive and queues it. Queueing comes first: should it be refused, nothing is half done.
local function write_archive(key, live, start, s, windows)
  local fields = {}
  for i, id in ipairs(s.ids) do
    if s.count[i] > 0 and not is_bookkeeping(id) then
      fields[#fields + 1] = field_of(id)
      fields[#fields + 1] = line_of(s.count[i], s.sum[i], s.min[i], s.max[i])
    end
  end
  if #fields == 0 then return 0 end
  call('LPUSH', pending, key)
  if not is_archive(key) then call('DEL', key) end
  local revision = (tonumber(call('HGET', key, 'revision') or '0') or 0) + 1
  call('HSET', key, 'source', live, 'timestamp', fmt('%.0f', start), 'revision', revision, 'stats', STATS)
  if windows then call('HSET', key, 'windows', windows) end
  for i = 1, #fields, CHUNK do
    call('HSET', key, unpack(fields, i, math.min(i + CHUNK - 1, #fields)))
  end
  call('EXPIRE', key, TTL)
  return #fields / 2
end

local function mark_closed(src, level, start)
  local closed = tonumber(call('HGET', src, 'closed:' .. level) or '-1') or -1
  if start > closed then call('HSET', src, 'closed:' .. level, fmt('%.0f', start)) end
  call('HDEL', src, fmt('open:%s:%.0f', level, start))
  call('EXPIRE', src, SRC_TTL)
end

local function mark_open(src, level, start)
  call('HSET', src, fmt('open:%s:%.0f', level, start), 1)
end

-- A 1m window is new: the 5m window it belongs to has something to close.
local function mark_coarser(src, start)
  if ARGV[5] == '5m' then mark_open(src, '5m', floor(start / 300) * 300) end
end

-- A sample for a window that is closed: merged where its archive is still there, else late.
local function merge_late(live, src, archive, start, ids, values)
  local s = empty_stats()
  if not read_archive(archive, s) then return {'late'} end
  local columns = columns_of(s, ids)
  for i = 1, #ids do
    local v, c = tonumber(values[i]), columns[i]
    if v and v - v == 0 then
      s.count[c] = s.count[c] + 1
      s.sum[c] = s.sum[c] + v
      if v < s.min[c] then s.min[c] = v end
      if v > s.max[c] then s.max[c] = v end
    end
  end
  write_archive(archive, live, start, s)
  mark_coarser(src, start)
  return {'merged'}
end

-- A text that tells lists of fields apart. Joined by NUL, with their number: a name that holds a NUL
-- itself makes more of them, and such a list (unsafe) is never kept to be compared with.
local function layout_of(ids)
  local n = #ids
  ids[n + 1] = n
  local layout = table.concat(ids, '\0')
  ids[n + 1] = nil
  return layout
end

local function is_unsafe(layout, n)
  local _, nuls = layout:gsub('%z', '')
  return nuls ~= n
end

-- The newest window of a level that is closed. A start in the future is a clock's that was wrong.
local function closed_until(src, level, seconds)
  local closed = tonumber(call('HGET', src, 'closed:' .. level) or '-1') or -1
  if mode == 'live' and (closed + seconds) * 1000 > now then return -1 end
  return closed
end

-- Answers the number of fields, 0 where the live key is gone, or {reason}.
local function sample(live, src, acc, raw, archive)
  local ids = call('HKEYS', live)
  if #ids == 0 then return 0 end
  if fenced(src) then return {'fenced'} end
  local values = call('HVALS', live)
  local layout = layout_of(ids)
  local held = call('HGET', acc, 'layout')
  if held ~= layout then
    if held then
      fold_into(acc, raw)
    else
      local start = window_start(now, 60)
      if start <= closed_until(src, '1m', 60) then
        return merge_late(live, src, archive, start, ids, values)
      end
      mark_open(src, '1m', start)
    end
    if is_unsafe(layout, #ids) then layout = '' end
    call('HSET', acc, 'layout', layout, 'fields', cmsgpack.pack(ids))
    call('EXPIRE', acc, OPEN_TTL)
  end
  local row = row_of(values)
  local length = call('APPEND', raw, row)
  if length == #row then
    call('EXPIRE', raw, OPEN_TTL)
  elseif length >= FOLD_ROWS * #row then
    fold_into(acc, raw)
  end
  return #ids
end

-- Answers {points, bookkeeping fields, junk values, ids with junk, some of these ids}; 0 points: no
-- window.
local function close_1m(start, live, src, acc, raw, archive)
  if fenced(src) then return {'fenced'} end
  local s, last = fold(acc, raw)
  local answer = {0, 0, 0, 0}
  for i, id in ipairs(s.ids) do
    if is_bookkeeping(id) then
      answer[2] = answer[2] + 1
    elseif s.junk[i] > 0 then
      answer[3] = answer[3] + s.junk[i]
      answer[4] = answer[4] + 1
      if answer[4] <= NAMED then answer[#answer + 1] = id end
    end
  end
  if #s.ids > 0 then
    read_archive(archive, s)
    answer[1] = write_archive(archive, live, start, s)
    if answer[1] > 0 then mark_coarser(src, start) end
    if last then call('HSET', src, 'last', fmt('%.0f', last)) end
    call('DEL', acc, raw)
  end
  if #s.ids > 0 or call('HEXISTS', src, fmt('open:1m:%.0f', start)) == 1 then
    mark_closed(src, '1m', start)
  end
  return answer
end

-- Answers {points, lost}; 0 points: nothing to fold, or folded before and nothing new. lost is 1 when
-- all of its minutes expired before they were folded.
local function close_5m(start, live, src, archive, ones)
  if fenced(src) then return {'fenced'} end
  if call('HEXISTS', src, fmt('open:5m:%.0f', start)) == 0 then return {0, 0} end
  local s, windows = empty_stats(), 0
  for _, key in ipairs(ones) do
    if read_archive(key, s) then windows = windows + 1 end
  end
  local points = 0
  -- With one of its minutes expired a second fold would make the record worse.
  local before = is_archive(archive) and call('HGET', archive, 'windows')
  if windows >= (tonumber(before or '1') or 1) then
    points = write_archive(archive, live, start, s, windows)
  end
  mark_closed(src, '5m', start)
  return {points, (windows == 0 and not before) and 1 or 0}
end

if #KEYS == 0 then
  return redis.error_reply('ERR ' .. tostring(operation) .. ' without keys is not built yet')
end
if mode == 'live' then
  local time = call('TIME')
  local off = now - (tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000))
  if off > 2000 or off < -2000 then
    return redis.error_reply(fmt('CLOCK now is %.0f ms off the time of Redis', off))
  end
elseif mode ~= 'replay' then
  return redis.error_reply('ERR mode must be live or replay')
end

-- A key of ours that somebody spoilt spoils its own source, not the call: one of another type, or one
-- whose content Lua can't read. What Redis refuses for reasons of its own (OOM, READONLY, MISCONF: its
-- errors begin with a code in capitals) it refuses to all.
local function attempt(work, ...)
  local ok, answer = pcall(work, ...)
  if ok then return answer end
  local message = type(answer) == 'table' and answer.err or tostring(answer)
  if message:find('WRONGTYPE', 1, true) then return {'wrongtype', message} end
  if not message:find('^%-?%u%u+ ') then return {'broken', message} end
  error(answer, 0)
end

local answers = {}
if operation == 'sample' then
  for k = 2, #KEYS, 5 do
    answers[#answers + 1] = attempt(sample, KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4])
  end
  return answers
end

local start = tonumber(ARGV[6])
local seconds = ({aggregate_1m = 60, aggregate_5m = 300})[operation]
if not seconds then return redis.error_reply('ERR unknown operation ' .. tostring(operation)) end
if (start + seconds) * 1000 > now then
  return redis.error_reply('ERR the window has not ended')
end
if operation == 'aggregate_1m' then
  for k = 2, #KEYS, 5 do
    answers[#answers + 1] = attempt(close_1m, start, KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4])
  end
else
  for k = 2, #KEYS, 8 do
    answers[#answers + 1] = attempt(close_5m, start, KEYS[k], KEYS[k + 1], KEYS[k + 2],
      {KEYS[k + 3], KEYS[k + 4], KEYS[k + 5], KEYS[k + 6], KEYS[k + 7]})
  end
end
return answers
