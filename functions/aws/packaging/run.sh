#!/bin/sh
# Lambda starts this in place of its own Java client (AWS_LAMBDA_EXEC_WRAPPER); _HANDLER names our
# main class. Elsewhere it starts the same process with the java of JAVA_HOME, or of the path.
task=${LAMBDA_TASK_ROOT:-$(dirname "$0")}
java=/var/lang/bin/java
[ -x "$java" ] || java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# A process without a snapshot lives shortly and starts with a request waiting: the quick compiler
# alone serves it better. A snapshot keeps what the good compiler has made, and who serves few
# requests at a time would wait thousands of them for it: it begins after a tenth of that.
compiler=-XX:CompileThresholdScaling=0.1
[ "$AWS_LAMBDA_INITIALIZATION_TYPE" = on-demand ] && compiler=-XX:TieredStopAtLevel=1

# Compiled code and heap in large pages, where the kernel has them for who asks.
pages=
if [ -r /sys/kernel/mm/transparent_hugepage/enabled ]; then
  read -r enabled < /sys/kernel/mm/transparent_hugepage/enabled
  case $enabled in *'[never]'*) ;; *) pages=-XX:+UseTransparentHugePages ;; esac
fi

# Names are looked up again soon, since providers move and a restored process woke up elsewhere.
# The JDK would drop idle connections after 5 s and keep 5 to a host.
exec "$java" $compiler $pages -XX:+UseSerialGC -XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError \
  -XX:MetaspaceSize=128m \
  -Dsun.net.inetaddr.ttl=5 -Dsun.net.inetaddr.negative.ttl=1 \
  -Dhttp.keepAlive.time.server=60 -Dhttp.maxConnections=64 \
  -cp "$task/lib/*" "$_HANDLER"
