package io.sluice.protocol;

import java.util.List;

/** The routes that every server under test is started with. Tests choose one by the request's host. */
final class TestRoutes {
    private TestRoutes() {}

    /**
     * @param origin port of the scripted origin
     * @param dead port that refuses connections
     */
    static List<String> lines(int origin, int dead) {
        String to = " 127.0.0.1:" + origin;
        String nowhere = " 127.0.0.1:" + dead;
        return List.of(
                "*,header=X-Route:any" + to,
                "debug.test,debug" + to,
                "prefix.test,prefix=pre-" + to,
                "raw.test,no_grip" + to,
                "down.test" + nowhere,
                "down-debug.test,debug" + nowhere,
                "failover.test" + nowhere + to,
                "sub.test" + to + ",sub=implied-channel",
                "signed.test,sig_iss=me,sig_key=base64:c2VjcmV0" + to,
                "select.test,path_beg=/a,header=X-Route:a" + to,
                "select.test,path_beg=/a/b,header=X-Route:ab" + to,
                "select.test,path_beg=/a/b,ssl=yes,header=X-Route:abs" + to,
                "select.test,proto=ws,header=X-Route:ws" + to,
                "select.test,proto=http,path_beg=/h,header=X-Route:http" + to,
                "rewrite.test,path_beg=/old,replace_beg=/new,header=X-Route:replaced" + to,
                "cut.test,path_rem=4,header=X-Route:cut" + to,
                "host.test" + to + ",host=other.example:81",
                "as.test,as_host=pretended.example" + to,
                "header.test,header=X-Set:\"a, \\\"b\\\"\",header=User-Agent:,header=X-Two:1" + to,
                "cors.test,aco" + to,
                "jsonp.test,aco,debug" + to,
                "jsonp-basic.test,aco,jsonp_mode=basic,jsonp_body=bparam,jsonp_defcb=jpcb,debug" + to,
                "woh.test" + to + ",over_http",
                "woh-debug.test,debug" + to + ",over_http",
                "woh-prefix.test,prefix=pre-" + to + ",over_http",
                "woh-one.test" + to + ",over_http,one_event",
                "woh-down.test" + nowhere + ",over_http",
                "woh-failover.test" + nowhere + ",over_http" + to + ",over_http",
                "woh-sub.test" + to + ",over_http,sub=implied-by-woh",
                "woh-raw.test,no_grip" + to + ",over_http",
                "http-only.test,proto=http" + to,
                "by-proto.test,proto=http,header=X-Route:http" + to + ",over_http",
                "by-proto.test,proto=ws,header=X-Route:ws" + to + ",over_http",
                "builtin.test test",
                "ws.test" + to,
                "ws-prefix.test,prefix=pre-" + to,
                "ws-down.test" + nowhere,
                "ws-failover.test" + nowhere + to,
                "ws-sub.test" + to + ",sub=implied-by-ws",
                "ws-raw.test,no_grip" + to);
    }
}
