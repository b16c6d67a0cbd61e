// Package deploytest holds the tests of what an operator deploys:
// docker-compose.yml, the Dockerfile and the files under deploy.
//
// The tests need no container engine. They read the files as they stand, and
// they start what the files describe on loopback: three NATS servers from
// deploy/nats.conf, and the brokers as processes with the command line of
// docker-compose.yml, built with the command of the Dockerfile. Only names,
// ports and directories are replaced. What they cannot prove is that the images
// exist and that the engine does as it says.
package deploytest
