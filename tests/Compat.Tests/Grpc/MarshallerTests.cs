using System.Buffers;
using System.Text;
using Grpc.Core;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class MarshallerTests
{
    private static readonly Marshaller<string> OverArrays = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    private static readonly Marshaller<string> OverBuffers = Marshallers.Create<string>(
        (text, context) =>
        {
            context.SetPayloadLength(Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, context.GetBufferWriter());
            context.Complete();
        },
        context => Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence()));

    public static TheoryData<Marshaller<string>> Both => [OverArrays, OverBuffers, Marshallers.StringMarshaller];

    [Theory]
    [MemberData(nameof(Both))]
    public void Arrays_and_contexts_give_the_same_bytes(Marshaller<string> marshaller)
    {
        foreach (var text in new[] { "", "héllo" })
        {
            var context = new Written();
            marshaller.ContextualSerializer(text, context);
            Assert.Equal(Encoding.UTF8.GetBytes(text), marshaller.Serializer(text));
            Assert.Equal(Encoding.UTF8.GetBytes(text), context.Payload);
            Assert.Equal(text, marshaller.Deserializer(context.Payload!));
            Assert.Equal(text, marshaller.ContextualDeserializer(new Received(context.Payload!)));
        }
    }

    [Fact]
    public void Serializer_that_does_not_complete_exactly_once_is_refused()
    {
        var never = Marshallers.Create<string>((_, _) => { }, _ => "");
        var twice = Marshallers.Create<string>(
            (_, context) =>
            {
                context.Complete([1]);
                context.Complete();
            },
            _ => "");
        Assert.Throws<InvalidOperationException>(() => never.Serializer(""));
        Assert.Throws<InvalidOperationException>(() => twice.Serializer(""));
    }

    [Fact]
    public void Nulls_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Marshallers.Create<string>(null!, Encoding.UTF8.GetString));
        Assert.Throws<ArgumentNullException>(() => Marshallers.Create<string>(Encoding.UTF8.GetBytes, null!));
        Assert.Throws<ArgumentNullException>(() => new Method<string, string>(MethodType.Unary, null!, "m", OverArrays, OverArrays));
        Assert.Throws<ArgumentNullException>(() => new Method<string, string>(MethodType.Unary, "s", "m", OverArrays, null!));
    }

    [Fact]
    public void Method_knows_its_path()
    {
        var method = new Method<string, string>(MethodType.DuplexStreaming, "a.b.Service", "Do", OverArrays, OverBuffers);
        Assert.Equal("/a.b.Service/Do", method.FullName);
        Assert.Same(OverBuffers, method.ResponseMarshaller);
        Assert.Equal(MethodType.DuplexStreaming, method.Type);
    }

    private sealed class Written : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> writer = new();

        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;

        public override void Complete() => Payload = writer.WrittenSpan.ToArray();

        public override IBufferWriter<byte> GetBufferWriter() => writer;
    }

    private sealed class Received(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
    }
}
