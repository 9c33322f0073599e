package io.sluice.grip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlMessageTest {
    /** Single quotes stand for double ones. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "'type':'subscribe','channel':'a'|+a",
                "'type':'subscribe','channel':'a b,c','filters':[]|+a b,c",
                "'type':'subscribe','channel':'\u00fc','filters':['x','skip-self']|+\u00fc x skip-self",
                "'type':'subscribe','channel':'a','filters':['1','2','3','4','5','6']|+a 1 2 3 4 5 6",
                "'type':'subscribe','channel':'a','prev-id':'7'|+a@7",
                "'type':'subscribe','channel':'a','prev-id':''|+a",
                "'type':'subscribe','channel':'a','unknown':{}|+a",
                "'type':'unsubscribe','channel':'a'|-a",
                "'type':'detach'|detach",
                "'type':'session'|session ''",
                "'type':'session','id':'s'|session 's'",
                "'type':'set-meta','name':'n','value':'v'|n=v",
                "'type':'set-meta','name':'n','value':''|n=",
                "'type':'set-meta','name':'n'|n=null",
                "'type':'keep-alive'|off TEXT",
                "'type':'keep-alive','timeout':5|off TEXT",
                "'type':'keep-alive','content':'k'|k 55 IDLE TEXT",
                "'type':'keep-alive','content-bin':'aw==','timeout':20,'mode':'interval'|k 20 INTERVAL TEXT",
                "'type':'keep-alive','content':'k','mode':'idle','message-type':'ping'|k 55 IDLE PING",
                "'type':'keep-alive','content':'k','timeout':0,'message-type':'binary'|k 1 IDLE BINARY",
                "'type':'send-delayed','content':'x'|x after 1 TEXT",
                "'type':'send-delayed','content':'','timeout':0|_ after 0 TEXT",
                "'type':'send-delayed','content-bin':'/w==','message-type':'binary','timeout':3e2|\u00ff after 300 BINARY",
                "'type':'send-delayed','content':'x','message-type':'pong'|x after 1 PONG",
                "'type':'flush-delayed'|flush",
            })
    void messagesAreRead(String fields, String expected) throws GripException {
        assertThat(show(parse("{" + fields + "}"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "{|not valid json",
                "nonsense|not valid json",
                "['subscribe']|not an object",
                "'subscribe'|not an object",
                "{}|control message does not contain 'type'",
                "{'type':1}|control message contains 'type' with wrong type",
                "{'type':null}|control message contains 'type' with wrong type",
                "{'type':'ack'}|unknown type 'ack'",
                "{'type':'set-hold'}|unknown type 'set-hold'",
                "{'type':'Subscribe','channel':'a'}|unknown type 'Subscribe'",
                "{'type':'subscribe'}|control message does not contain 'channel'",
                "{'type':'subscribe','channel':''}|control message contains 'channel' with invalid value",
                "{'type':'subscribe','channel':'a\\u000d'}|control message contains 'channel' with invalid value",
                "{'type':'subscribe','channel':7}|control message contains 'channel' with wrong type",
                "{'type':'subscribe','channel':'a','filters':'x'}|control message contains 'filters' with wrong type",
                "{'type':'subscribe','channel':'a','filters':[1]}|filters contains value with wrong type",
                "{'type':'subscribe','channel':'a','prev-id':7}|control message contains 'prev-id' with wrong type",
                "{'type':'subscribe','channel':'a','prev-id':'\\n'}|control message contains 'prev-id' with invalid value",
                "{'type':'unsubscribe'}|control message does not contain 'channel'",
                "{'type':'session','id':1}|control message contains 'id' with wrong type",
                "{'type':'set-meta','value':'v'}|control message does not contain 'name'",
                "{'type':'set-meta','name':''}|control message contains 'name' with invalid value",
                "{'type':'set-meta','name':'n','value':1}|control message contains 'value' with wrong type",
                "{'type':'keep-alive','content':1}|control message contains 'content' with wrong type",
                "{'type':'keep-alive','content':'k','timeout':-1}|control message contains 'timeout' with invalid value",
                "{'type':'keep-alive','content':'k','timeout':'5'}|control message contains 'timeout' with wrong type",
                "{'type':'keep-alive','content':'k','timeout':1.5}|control message contains 'timeout' with wrong type",
                "{'type':'keep-alive','content':'k','mode':'often'}|no such keep-alive mode 'often'",
                "{'type':'keep-alive','content':'k','message-type':'close'}|control message contains 'message-type' with unknown value",
                "{'type':'keep-alive','content-bin':'/w=='}|control message contains 'content-bin' with invalid value",
                "{'type':'send-delayed'}|control message does not contain 'content' or 'content-bin'",
                "{'type':'send-delayed','content':'x','timeout':1e10}|control message contains 'timeout' with invalid value",
            })
    void whatCannotBeFollowedIsRefused(String json, String message) {
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> parse(json))
                .withMessage(message);
    }

    @Test
    void aControlFrameHasLittleRoom() throws GripException {
        String json = "{'type':'send-delayed','message-type':'ping','content':'";
        assertThat(show(parse(json + "x".repeat(125) + "'}"))).startsWith("xxx");
        assertThatExceptionOfType(GripException.class)
                .isThrownBy(() -> parse(json + "x".repeat(126) + "'}"))
                .withMessage("control message contains 'content' with invalid value");
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] json, @ForAll String type) {
        for (byte[] bytes : new byte[][] {json, ("{\"type\":\"" + type + "\"}").getBytes(UTF_8)}) {
            try {
                assertThat(ControlMessage.parse(bytes)).isNotNull();
            } catch (GripException e) {
                assertThat(e.text()).isNotBlank();
            }
        }
    }

    private static ControlMessage parse(String json) throws GripException {
        return ControlMessage.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static String show(ControlMessage message) {
        if (message instanceof ControlMessage.Subscribe subscribe) {
            ChannelSpec channel = subscribe.channel();
            return "+" + channel.name() + (channel.prevId() == null ? "" : "@" + channel.prevId())
                    + channel.filters().stream().map(filter -> " " + filter).collect(Collectors.joining());
        } else if (message instanceof ControlMessage.Unsubscribe unsubscribe) {
            return "-" + unsubscribe.channel();
        } else if (message instanceof ControlMessage.Detach) {
            return "detach";
        } else if (message instanceof ControlMessage.Session session) {
            return "session '" + session.id() + "'";
        } else if (message instanceof ControlMessage.SetMeta meta) {
            return meta.name() + "=" + meta.value();
        } else if (message instanceof ControlMessage.SetKeepAlive set) {
            KeepAlive keepAlive = set.keepAlive();
            return keepAlive == null
                    ? "off " + set.type()
                    : text(keepAlive.content()) + " " + keepAlive.timeoutSeconds() + " " + keepAlive.mode() + " "
                            + set.type();
        } else if (message instanceof ControlMessage.SendDelayed send) {
            return text(send.content()) + " after " + send.timeoutSeconds() + " " + send.type();
        }
        return "flush";
    }

    private static String text(byte[] content) {
        return content.length == 0 ? "_" : new String(content, Utf8.isValid(content) ? UTF_8 : ISO_8859_1);
    }
}
