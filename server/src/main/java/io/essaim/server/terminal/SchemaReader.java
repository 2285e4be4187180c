package io.essaim.server.terminal;

import io.essaim.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Reads the schema that the codecs are made of, as far as it uses SBE: what it does not use is an error, not a guess. */
final class SchemaReader {
    private static final String RESOURCE = "/sbe/essaim.xml";

    private final Map<String, Element> types = new HashMap<>();

    private SchemaReader() {}

    /** The schema of the protocol on the class path. */
    static MessageSchema read() {
        try (InputStream xml = Message.class.getResourceAsStream(RESOURCE)) {
            if (xml == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setNamespaceAware(true);
            return new SchemaReader()
                    .schema(factory.newDocumentBuilder().parse(xml).getDocumentElement());
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(RESOURCE + " cannot be read", e);
        }
    }

    private MessageSchema schema(Element root) {
        Map<Integer, MessageSchema.Type> messages = new TreeMap<>();
        for (Element child : children(root)) {
            if (child.getLocalName().equals("types")) {
                children(child).forEach(type -> types.put(type.getAttribute("name"), type));
            } else {
                int id = Integer.parseInt(child.getAttribute("id"));
                messages.put(
                        id, new MessageSchema.Type(id, child.getAttribute("name"), description(child), block(child)));
            }
        }
        List<MessageSchema.Field> header = new ArrayList<>();
        members("messageHeader", "", header, 0);
        return new MessageSchema(Integer.parseInt(root.getAttribute("id")), List.copyOf(header), messages);
    }

    private MessageSchema.Block block(Element parent) {
        List<MessageSchema.Field> fields = new ArrayList<>();
        List<MessageSchema.Group> groups = new ArrayList<>();
        List<MessageSchema.Data> data = new ArrayList<>();
        int offset = 0;
        for (Element child : children(parent)) {
            switch (child.getLocalName()) {
                case "field" -> offset = field(child, fields, offset);
                case "group" -> groups.add(group(child));
                case "data" -> data.add(data(child));
                default -> throw new IllegalStateException("the schema has an element " + child.getLocalName());
            }
        }
        return new MessageSchema.Block(List.copyOf(fields), List.copyOf(groups), List.copyOf(data));
    }

    /** Adds a field, or those of a composite; returns where the next one begins. */
    private int field(Element field, List<MessageSchema.Field> to, int offset) {
        String typeName = field.getAttribute("type");
        Element type = types.get(typeName);
        if (type != null && type.getLocalName().equals("composite")) {
            return members(typeName, field.getAttribute("name") + ".", to, offset);
        }
        Map<Long, String> choices = Map.of();
        String primitiveName = typeName;
        if (type != null) {
            choices = choices(type);
            primitiveName = type.getAttribute("encodingType");
        }
        Primitive primitive = Primitive.of(primitiveName);
        to.add(new MessageSchema.Field(
                field.getAttribute("name"),
                offset,
                primitive,
                typeName,
                choices,
                field.getAttribute("presence").equals("optional"),
                description(field)));
        return offset + primitive.bytes();
    }

    private int members(String composite, String prefix, List<MessageSchema.Field> to, int offset) {
        int next = offset;
        for (Element member : children(type(composite))) {
            Primitive primitive = primitive(member);
            to.add(new MessageSchema.Field(
                    prefix + member.getAttribute("name"),
                    next,
                    primitive,
                    primitive.token(),
                    Map.of(),
                    false,
                    description(member)));
            next += primitive.bytes();
        }
        return next;
    }

    private MessageSchema.Group group(Element group) {
        String dimension = group.getAttribute("dimensionType");
        Element count = member(dimension, "numInGroup");
        return new MessageSchema.Group(
                group.getAttribute("name"),
                description(group),
                primitive(member(dimension, "blockLength")),
                primitive(count),
                Long.parseLong(count.getAttribute("maxValue")),
                block(group));
    }

    private MessageSchema.Data data(Element data) {
        String type = data.getAttribute("type");
        return new MessageSchema.Data(
                data.getAttribute("name"),
                description(data),
                primitive(member(type, "length")),
                member(type, "varData").hasAttribute("characterEncoding"));
    }

    private Element member(String composite, String name) {
        return children(type(composite)).stream()
                .filter(member -> member.getAttribute("name").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the schema's " + composite + " has no " + name));
    }

    private Element type(String name) {
        Element type = types.get(name);
        if (type == null) {
            throw new IllegalStateException("the schema has no type " + name);
        }
        return type;
    }

    private static Primitive primitive(Element type) {
        return Primitive.of(type.getAttribute("primitiveType"));
    }

    private static Map<Long, String> choices(Element type) {
        Map<Long, String> choices = new TreeMap<>();
        for (Element value : children(type)) {
            String description = description(value);
            choices.put(
                    Long.parseLong(value.getTextContent().strip()),
                    value.getAttribute("name") + (description.isEmpty() ? "" : ": " + description));
        }
        return choices;
    }

    private static String description(Element element) {
        return element.getAttribute("description");
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
