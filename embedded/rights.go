package embedded

import (
	"github.com/nats-io/nats-server/v2/server"

	"github.com/deskbus/deskbus/subject"
)

const guest = "guest"

// guestRights are what a client without a name may do.
func guestRights(zones []string) *server.Permissions {
	publish := []string{
		"pom.*.in.agent.>", "pom.svc.>", "$SRV.>", "$JS.API.INFO", "$JS.API.STREAM.NAMES",
	}
	for _, zone := range zones {
		stream := subject.EventsStream(zone)
		publish = append(publish,
			"$JS.API.STREAM.INFO."+stream,
			"$JS.API.CONSUMER.CREATE."+stream,
			"$JS.API.CONSUMER.CREATE."+stream+".>",
			"$JS.API.CONSUMER.INFO."+stream+".*",
			"$JS.API.CONSUMER.DELETE."+stream+".*",
			"$JS.API.CONSUMER.MSG.NEXT."+stream+".*",
			"$JS.API.DIRECT.GET."+stream+".>",
		)
	}
	return &server.Permissions{
		Publish: &server.SubjectPermission{Allow: publish},
		Subscribe: &server.SubjectPermission{Deny: []string{
			"pom.svc.>", "$SRV.>", "pom.*.in.>", "pom.*.journal", "$JS.>", "$KV.>", InboxPrefix + ".>",
		}},
	}
}
