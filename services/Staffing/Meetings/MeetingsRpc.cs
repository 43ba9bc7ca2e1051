using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Meetings;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class MeetingsRpc(Lazy<RecordMeeting> record, Lazy<CheckMeetings> check, Lazy<TeamSchedule> schedule, Lazy<ImportMeetings> import) : Proto.Meetings.MeetingsBase
{
    public override async Task<Proto.Meeting> PlanMeeting(Proto.PlanMeetingRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MeetingImport> ImportMeetings(Proto.ImportMeetingsRequest request, ServerCallContext context) =>
        (await import.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Meeting> HoldMeeting(Proto.HoldMeetingRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Meeting> CancelMeeting(Proto.CancelMeetingRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListMeetingsResponse> ListMeetings(Proto.ListMeetingsRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MeetingCompliance> CheckMeetings(Proto.CheckMeetingsRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TeamSchedule> CheckSchedule(Proto.CheckScheduleRequest request, ServerCallContext context) =>
        (await schedule.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MeetingCompliance> CheckCommunityTime(Proto.CheckCommunityTimeRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();
}
