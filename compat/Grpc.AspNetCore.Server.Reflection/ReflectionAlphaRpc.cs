using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace Grpc.AspNetCore.Server.Reflection;

/// <summary>
/// <c>grpc.reflection.v1alpha</c>, which older tools ask first. Its messages have the bytes of version 1, so each is read as one and answered by it.
/// </summary>
internal sealed class ReflectionAlphaRpc(Lazy<DescriptorIndex> index) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        var conversation = new ReflectionRpc.Conversation(index.Value);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var answer = conversation.Answer(Grpc.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString()));
            await responseStream.WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()));
        }
    }
}
