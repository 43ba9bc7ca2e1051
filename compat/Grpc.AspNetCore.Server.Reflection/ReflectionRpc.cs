using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Grpc.AspNetCore.Server.Reflection;

/// <summary><c>grpc.reflection.v1</c>: answers from the index, and answers what it cannot find with an error response; the stream goes on.</summary>
internal sealed class ReflectionRpc(Lazy<DescriptorIndex> index) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        var conversation = new Conversation(index.Value);
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(conversation.Answer(requestStream.Current));
    }

    /// <summary>One stream, which carries each imported file once.</summary>
    internal sealed class Conversation(DescriptorIndex index)
    {
        private readonly HashSet<string> sent = new(StringComparer.Ordinal);

        public ServerReflectionResponse Answer(ServerReflectionRequest request)
        {
            var response = request.MessageRequestCase switch
            {
                ServerReflectionRequest.MessageRequestOneofCase.ListServices => Services(),
                ServerReflectionRequest.MessageRequestOneofCase.FileByFilename => File(
                    index.FileByName(request.FileByFilename), $"No file '{request.FileByFilename}'."),
                ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol => File(
                    index.FileBySymbol(request.FileContainingSymbol), $"No symbol '{request.FileContainingSymbol}'."),
                ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => Extension(request.FileContainingExtension),
                ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => ExtensionNumbers(request.AllExtensionNumbersOfType),
                _ => Error(StatusCode.InvalidArgument, "The request names nothing to look for; set one of the fields of message_request."),
            };
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            return response;
        }

        private static ServerReflectionResponse Error(StatusCode code, string message) =>
            new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

        private ServerReflectionResponse Services()
        {
            var list = new ListServiceResponse();
            list.Service.AddRange(index.ServiceNames.Select(name => new ServiceResponse { Name = name }));
            return new() { ListServicesResponse = list };
        }

        private ServerReflectionResponse Extension(ExtensionRequest request) => File(
            index.FileByExtension(request.ContainingType, request.ExtensionNumber),
            $"No extension {request.ExtensionNumber} of '{request.ContainingType}'.");

        private ServerReflectionResponse ExtensionNumbers(string type)
        {
            if (index.ExtensionNumbers(type) is not { } numbers)
                return Error(StatusCode.NotFound, $"No message '{type}'.");
            var found = new ExtensionNumberResponse { BaseTypeName = type };
            found.ExtensionNumber.AddRange(numbers);
            return new() { AllExtensionNumbersResponse = found };
        }

        private ServerReflectionResponse File(FileDescriptor? file, string otherwise)
        {
            if (file is null)
                return Error(StatusCode.NotFound, otherwise);
            var files = new FileDescriptorResponse();
            sent.Add(file.Name);
            files.FileDescriptorProto.Add(file.SerializedData);
            AddImports(file, files);
            return new() { FileDescriptorResponse = files };
        }

        private void AddImports(FileDescriptor file, FileDescriptorResponse files)
        {
            foreach (var import in file.Dependencies.Where(import => sent.Add(import.Name)))
            {
                files.FileDescriptorProto.Add(import.SerializedData);
                AddImports(import, files);
            }
        }
    }
}
