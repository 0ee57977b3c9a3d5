process.stdout.write("pointsman\n");
