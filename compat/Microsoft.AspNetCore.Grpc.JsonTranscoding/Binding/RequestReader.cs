using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;

/// <summary>Puts a request message together: body first, then path, then query. A field the path binds is the path's, whatever the body says.</summary>
internal sealed class RequestReader(HttpBinding binding, KnownTypes types, long? maxBytes)
{
    private readonly MessageReader json = new(types);

    /// <exception cref="RequestProblem">Something in the request does not fit; nothing was processed.</exception>
    public async Task<IMessage> Read(HttpRequest request, CancellationToken stop)
    {
        var message = binding.Method.InputType.Parser.ParseFrom(ByteString.Empty);
        if (binding.WholeBody || binding.BodyField is not null)
            await ReadBody(request, message, stop);
        foreach (var (variable, field) in binding.Variables)
            field.Set(message, binding.Route.Read(variable, request.RouteValues), types);
        ReadQuery(request.Query, message);
        return message;
    }

    private async Task ReadBody(HttpRequest request, IMessage message, CancellationToken stop)
    {
        var bodyType = binding.WholeBody ? binding.Method.InputType : binding.BodyField!.FieldType == FieldType.Message ? binding.BodyField.MessageType : null;
        if (bodyType?.FullName == HttpBody.Descriptor.FullName && binding.BodyField is not { IsRepeated: true })
        {
            await ReadRaw(request, message, stop);
            return;
        }

        RequestBody.RequireJson(request);
        using var document = MessageReader.Parse(await RequestBody.Read(request, maxBytes, stop));
        if (binding.BodyField is { } field)
            json.ReadField(document.RootElement, field, message, field.Name);
        else
            json.Read(document.RootElement, message, at: "");
    }

    private async Task ReadRaw(HttpRequest request, IMessage message, CancellationToken stop)
    {
        var body = binding.WholeBody ? (HttpBody)message : new HttpBody();
        body.ContentType = request.ContentType ?? "";
        body.Data = UnsafeByteOperations.UnsafeWrap(await RequestBody.Read(request, maxBytes, stop));
        binding.BodyField?.Accessor.SetValue(message, body);
    }

    private void ReadQuery(IQueryCollection query, IMessage message)
    {
        foreach (var (key, values) in query)
        {
            var name = key.Length <= 64 ? key : key[..64];
            if (!FieldPath.TryFind(binding.Method.InputType, key, out var field))
                throw RequestProblem.InField(name, $"is a query parameter that {binding.Method.FullName} does not have");
            if (binding.WholeBody || field.Root == binding.BodyField)
                throw RequestProblem.InField(field.Name, "belongs into the request body, not into the query");
            if (binding.Variables.Any(bound => bound.Field.Name == field.Name))
                throw RequestProblem.InField(field.Name, "is given by the path and cannot stand in the query");
            if (values.Count > 1 && !field.Leaf.IsRepeated)
                throw RequestProblem.InField(field.Name, $"takes one value and stands {values.Count} times in the query");
            foreach (var value in values)
                field.Set(message, value ?? "", types);
        }
    }
}
