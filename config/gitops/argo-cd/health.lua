-- The health of a routemap. Argo CD runs this for every ConfigMap; those that are no routemaps are healthy.
-- Without useOpenLibs Argo CD gives a script no string functions: then it says what, but not why, and every routemap
-- that is not ready is degraded.

-- Reasons that somebody has to do something about; with any other one the routemap waits for something.
local broken = {
  SpecInvalid = true,
  TemplateFailed = true,
  RouteFailed = true,
  NotOurs = true,
  OutputTaken = true,
  FieldConflict = true,
  Fighting = true,
  Iter8Running = true,
  WriteFailed = true,
  HoldFailed = true,
  KindAbsent = true,
}

-- Reason and message of the condition Ready, which comes first in the status.
local function why(status)
  if string == nil or status == nil then
    return nil, nil
  end
  local message, reason = string.match(
    status,
    '^{"conditions":%[{"lastTransitionTime":"[^"]*","message":"(.-)","reason":"(%w+)","status":"%a+","type":"Ready"}'
  )
  if message == nil then
    return nil, nil
  end
  local plain = string.gsub(message, "\\(.)", function(escaped)
    if escaped == "n" or escaped == "t" or escaped == "r" then
      return " "
    end
    return escaped
  end)
  return reason, plain
end

local metadata = obj.metadata or {}
local labels = metadata.labels or {}
local annotations = metadata.annotations or {}

if labels["iter8.tools/kind"] ~= "routemap" then
  return { status = "Healthy", message = "" }
end
if metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "is being deleted" }
end
if annotations["iter8.tools/paused"] == "true" then
  return { status = "Suspended", message = "paused: its routes are not written" }
end

local ready = annotations["iter8.tools/ready"]
if ready == nil then
  return { status = "Progressing", message = "Pointsman has not looked at it yet" }
end
local reason, message = why(annotations["iter8.tools/status"])
if ready == "True" then
  return { status = "Healthy", message = message or "every route is as it should be" }
end
if message == nil then
  message = "not ready: kubectl describe configmap tells why"
else
  message = reason .. ": " .. message
end
if ready == "False" and (reason == nil or broken[reason]) then
  return { status = "Degraded", message = message }
end
return { status = "Progressing", message = message }
